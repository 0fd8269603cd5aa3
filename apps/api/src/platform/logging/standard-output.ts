import { pino } from 'pino';

const CHUNK_BYTES = 64 * 1024;
const FLUSH_MS = 100;
const MAX_WRITE_BYTES = 512 * 1024;
/** Whoever reads the output and stands still costs no more memory than this; lines are lost then. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Where lines go. */
export interface LineSink {
  write(line: string): unknown;
  /** Writes a line of ASCII that comes in two parts: putting them together first would cost more than this does. */
  writeAscii?(head: string, tail: string): void;
}

/**
 * The standard output, written behind the event loop's back and many lines at a time. A process that ends by
 * itself, by a signal or by an error that nobody caught, writes what waits; `kill -9` loses the last
 * {@link FLUSH_MS}.
 */
export class StandardOutput implements LineSink {
  private readonly file = pino.destination({
    dest: 1,
    sync: false,
    contentMode: 'buffer',
    maxWrite: MAX_WRITE_BYTES,
    maxLength: MAX_WAITING_BYTES,
  });
  /** Lines become bytes at once: as a text that grows they would be moved by each garbage collection. */
  private chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  private length = 0;

  constructor() {
    setInterval(() => this.handOver(), FLUSH_MS).unref();
    process.once('exit', () => {
      this.handOver();
      this.file.flushSync();
    });
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (bytes > CHUNK_BYTES - this.length) this.handOver();
    if (bytes > CHUNK_BYTES) this.send(Buffer.from(line));
    else this.length += this.chunk.write(line, this.length);
  }

  writeAscii(head: string, tail: string): void {
    if (head.length + tail.length > CHUNK_BYTES - this.length) this.handOver();
    this.length += this.chunk.write(head, this.length, 'latin1');
    this.length += this.chunk.write(tail, this.length, 'latin1');
  }

  private handOver(): void {
    if (this.length === 0) return;
    this.send(this.chunk.subarray(0, this.length));
    this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.length = 0;
  }

  private send(bytes: Buffer): void {
    // In this mode it takes bytes; its types know of texts only.
    (this.file as unknown as { write(bytes: Buffer): boolean }).write(bytes);
  }
}
