import { Writable } from 'node:stream';

/** Collects what a pino logger writes. */
export class LogCapture extends Writable {
  private readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
    done();
  }

  /** The `msg` of every record so far, oldest first. */
  messages(): string[] {
    return this.lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  }

  /** Every record so far, oldest first. */
  records(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** All output, unparsed. */
  text(): string {
    return this.lines.join('\n');
  }
}
