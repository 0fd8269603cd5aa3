import type { Settings } from '../config/settings.js';

const SECOND_MS = 1_000;

/**
 * Formats the time at the beginning of a line, like pino and pino-pretty. Under load thousands of lines share a moment,
 * so each text is created once: pretty lines show seconds, JSON lines milliseconds.
 */
export class LineClock {
  private readonly unitMs: number;
  private last = NaN;
  private text = '';

  constructor(private readonly format: Settings['logFormat']) {
    this.unitMs = format === 'json' ? 1 : SECOND_MS;
  }

  at(nowMs: number): string {
    const moment = Math.floor(nowMs / this.unitMs);
    if (moment !== this.last) {
      this.last = moment;
      this.text = this.format === 'json' ? jsonHead(nowMs) : prettyHead(nowMs);
    }
    return this.text;
  }
}

function jsonHead(nowMs: number): string {
  return `{"level":"info","time":"${new Date(nowMs).toISOString()}"`;
}

/** In the machine's time zone, for people. */
function prettyHead(nowMs: number): string {
  const at = new Date(nowMs);
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-');
  return `[${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')}]`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
