import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';

/** From the package. */
export const { version } = createRequire(import.meta.url)('../../../../package.json') as { version: string };

/** Version and uptime of this process. */
@Injectable()
export class ProcessInfo {
  readonly version = version;

  /** Whole seconds since the process started. */
  uptimeSec(): number {
    return Math.floor(process.uptime());
  }
}
