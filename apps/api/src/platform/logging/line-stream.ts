import { setTimeout as delay } from 'node:timers/promises';
import { pino, type DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from '../config/settings.js';
import { LineClock } from './line-clock.js';
import { StandardOutput, type LineSink, type Loss } from './standard-output.js';

/** How long nothing may have been written, and how often that is tried: 10 s. */
const SETTLE_MS = 250;
const SETTLE_ROUNDS = 40;

/**
 * Where pino writes its lines, with a short way for lines whose text is known beforehand. A line of a
 * heartbeat is one of those: pino and pino-pretty take longer for it than everything else does together.
 */
export class LineStream implements DestinationStream {
  private readonly clock: LineClock;
  private readonly pretty: ((line: string) => string) | undefined;
  /** Lines of {@link write}, which says when a start has settled. */
  private written = 0;

  constructor(
    readonly sink: LineSink,
    format: Settings['logFormat'],
  ) {
    this.clock = new LineClock(format);
    if (format === 'pretty') {
      this.pretty = prettyFactory({
        colorize: process.stdout.isTTY,
        // As the HLD shows the lines of heartbeats (7.6); JSON has the milliseconds.
        translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
        ignore: 'context',
        singleLine: true,
      });
    }
    if (sink instanceof StandardOutput) sink.describeLoss = (loss) => this.lossLine(loss);
  }

  /** Takes a line of pino's. */
  write(line: string): void {
    this.written += 1;
    this.sink.write(this.pretty ? this.pretty(line) : line);
  }

  /** What stands behind the time in a line at info with this message, which must be ASCII. */
  prepare(message: string): string {
    const time = '2000-01-01T00:00:00.000Z';
    const line = `{"level":"info","time":"${time}","msg":${JSON.stringify(message)}}\n`;
    const whole = this.pretty ? this.pretty(line) : line;
    return whole.slice(this.clock.at(Date.parse(time)).length);
  }

  /** Writes a line that was prepared. */
  writePrepared(line: string, nowMs: number): void {
    const head = this.clock.at(nowMs);
    if (this.sink.writeAscii) this.sink.writeAscii(head, line);
    else this.sink.write(head + line);
  }

  /**
   * Resolves when no line but those of heartbeats was written for a moment, and after a bounded time in any case.
   * @param isReady what must be true as well
   */
  async settled(isReady: () => boolean): Promise<void> {
    let seen = -1;
    for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
      if (isReady() && seen === this.written) return;
      seen = this.written;
      await delay(SETTLE_MS, undefined, { ref: false });
    }
  }

  /** Writes text that is no record, in its place among the lines. */
  print(text: string): void {
    this.sink.write(text);
  }

  /** Writes what waits, as far as that is possible within a bounded time. */
  async flush(): Promise<void> {
    await this.sink.flush?.();
  }

  private lossLine({ lines, reason = 'unknown' }: Loss): string {
    const msg = `${lines} lines of the log were dropped: the output could not be written`;
    const fields = JSON.stringify({ dropped_lines: lines, reason, msg });
    const line = `{"level":"warn"${pino.stdTimeFunctions.isoTime()},${fields.slice(1)}\n`;
    return this.pretty ? this.pretty(line) : line;
  }
}
