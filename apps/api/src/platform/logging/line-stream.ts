import { setTimeout as delay } from 'node:timers/promises';
import { pino, type DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from '../config/settings.js';
import { LineClock } from './line-clock.js';
import { StandardOutput, type LineSink, type Loss } from './standard-output.js';

/** Polling interval and limit of {@link settled}: 10 s in total. */
const SETTLE_MS = 250;
const SETTLE_ROUNDS = 40;

/**
 * The destination of pino's lines, with a fast path for lines with a fixed text, such as the one of a heartbeat: pino
 * and pino-pretty take longer for it than everything else together.
 */
export class LineStream implements DestinationStream {
  private readonly clock: LineClock;
  private readonly pretty: ((line: string) => string) | undefined;
  /** Number of lines passed to {@link write}, used to detect when a start has settled. */
  private written = 0;

  constructor(
    readonly sink: LineSink,
    format: Settings['logFormat'],
  ) {
    this.clock = new LineClock(format);
    if (format === 'pretty') {
      this.pretty = prettyFactory({
        colorize: process.stdout.isTTY,
        // As the HLD shows the lines of heartbeats (7.6); JSON has milliseconds.
        translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
        ignore: 'context',
        singleLine: true,
      });
    }
    if (sink instanceof StandardOutput) sink.describeLoss = (loss) => this.lossLine(loss);
  }

  /** Writes a line from pino. */
  write(line: string): void {
    this.written += 1;
    this.sink.write(this.pretty ? this.pretty(line) : line);
  }

  /** The part of an info line after the time, for this message, which must be ASCII. */
  prepare(message: string): string {
    const time = '2000-01-01T00:00:00.000Z';
    const line = `{"level":"info","time":"${time}","msg":${JSON.stringify(message)}}\n`;
    const whole = this.pretty ? this.pretty(line) : line;
    return whole.slice(this.clock.at(Date.parse(time)).length);
  }

  /** Writes a prepared line. */
  writePrepared(line: string, nowMs: number): void {
    const head = this.clock.at(nowMs);
    if (this.sink.writeAscii) this.sink.writeAscii(head, line);
    else this.sink.write(head + line);
  }

  /**
   * Resolves when only heartbeat lines have been written for a moment, and after a bounded time in any case.
   * @param isReady an additional condition
   */
  async settled(isReady: () => boolean): Promise<void> {
    let seen = -1;
    for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
      if (isReady() && seen === this.written) return;
      seen = this.written;
      await delay(SETTLE_MS, undefined, { ref: false });
    }
  }

  /** Writes text that is not a record, in its place among the lines. */
  print(text: string): void {
    this.sink.write(text);
  }

  /** Writes waiting lines, as far as possible within a bounded time. */
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
