import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';

/** Of the package. */
export const { version } = createRequire(import.meta.url)('../../../../package.json') as { version: string };

/** What this process says of itself. */
@Injectable()
export class ProcessInfo {
  readonly version = version;

  /** Whole seconds since the process started. */
  uptimeSec(): number {
    return Math.floor(process.uptime());
  }
}
