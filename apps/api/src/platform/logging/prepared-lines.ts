import { Inject, Injectable } from '@nestjs/common';
import type { LineStream } from './line-stream.js';
import { LOGGER, lineStreamOf, type Logger } from './logger.js';

/** Info lines with a fixed text that are written often. They cost nothing if the level is disabled. */
@Injectable()
export class PreparedLines {
  /** Undefined if info lines are not written. */
  private readonly stream: LineStream | undefined;

  constructor(@Inject(LOGGER) logger: Logger) {
    if (logger.isLevelEnabled('info')) this.stream = lineStreamOf(logger);
  }

  /** Prepares a message, which must be ASCII, for {@link write}. */
  prepare(message: string): string {
    return this.stream?.prepare(message) ?? '';
  }

  write(prepared: string, nowMs: number): void {
    this.stream?.writePrepared(prepared, nowMs);
  }
}
