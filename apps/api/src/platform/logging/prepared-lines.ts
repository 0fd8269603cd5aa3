import { Inject, Injectable } from '@nestjs/common';
import { pino } from 'pino';
import { LineStream } from './line-stream.js';
import { LOGGER, type Logger } from './logger.js';

/**
 * Lines at info whose text is made once and written often. They cost nothing when the level hides them.
 */
@Injectable()
export class PreparedLines {
  /** Undefined when nothing at info is written. */
  private readonly stream: LineStream | undefined;

  constructor(@Inject(LOGGER) logger: Logger) {
    const stream: unknown = (logger as unknown as Record<symbol, unknown>)[pino.symbols.streamSym];
    if (stream instanceof LineStream && logger.isLevelEnabled('info')) this.stream = stream;
  }

  /** What {@link write} takes of a message, which must be ASCII. */
  prepare(message: string): string {
    return this.stream?.prepare(message) ?? '';
  }

  write(prepared: string, nowMs: number): void {
    this.stream?.writePrepared(prepared, nowMs);
  }
}
