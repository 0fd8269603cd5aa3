import { Inject, Injectable } from '@nestjs/common';
import type { LineStream } from './line-stream.js';
import { LOGGER, lineStreamOf, type Logger } from './logger.js';

/**
 * Lines at info whose text is made once and written often. They cost nothing when the level hides them.
 */
@Injectable()
export class PreparedLines {
  /** Undefined when nothing at info is written. */
  private readonly stream: LineStream | undefined;

  constructor(@Inject(LOGGER) logger: Logger) {
    if (logger.isLevelEnabled('info')) this.stream = lineStreamOf(logger);
  }

  /** What {@link write} takes of a message, which must be ASCII. */
  prepare(message: string): string {
    return this.stream?.prepare(message) ?? '';
  }

  write(prepared: string, nowMs: number): void {
    this.stream?.writePrepared(prepared, nowMs);
  }
}
