import { settleWithin } from '../process/settle-within.js';
import { openStandardOutput, type OutputFile } from './output-file.js';

const CHUNK_BYTES = 64 * 1024;
const FLUSH_MS = 100;
/** A busy event loop rarely returns to the output. */
const MAX_CHUNKS_AT_ONCE = 16;
const FIRST_RETRY_MS = 2;
const LONGEST_RETRY_MS = 500;
/** How long a shutdown waits for a reader. */
const LAST_FLUSH_MS = 2_000;
const PAUSE_MS = 10;

/** Dropped lines, and why. */
export interface Loss {
  lines: number;
  reason: string | undefined;
}

/** A destination of lines. */
export interface LineSink {
  write(line: string): unknown;
  /** Writes an ASCII line in two parts, because concatenating them first costs more. */
  writeAscii?(head: string, tail: string): void;
  /** Writes waiting lines, as far as possible within a bounded time. */
  flush?(): Promise<void>;
}

/** Lines that are written together. */
interface Chunk {
  bytes: Buffer;
  lines: number;
}

/**
 * Writes many lines at a time to the standard output without waiting. While it cannot be written, lines wait up to a
 * limit in bytes; then new ones are dropped and counted until half of the space is free again. A process that ends
 * normally, by a signal or by an error writes waiting lines for at most two seconds; `kill -9` loses the last {@link
 * FLUSH_MS}.
 */
export class StandardOutput implements LineSink {
  /** Creates the line that reports a loss. */
  describeLoss: ((loss: Loss) => string) | undefined;
  /** Total number of dropped lines. */
  droppedLines = 0;
  /** Bytes waiting to be written. */
  waitingBytes = 0;
  /** Stores lines as bytes: each garbage collection would move a growing string. */
  private chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  private length = 0;
  private lines = 0;
  private readonly queue: Chunk[] = [];
  private isWriting = false;
  private chunksUnderWay = 0;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private lastError: string | undefined;
  private unreportedLines = 0;
  private hasGivenUp = false;
  private whenIdle: (() => void) | undefined;

  constructor(
    private readonly maxWaitingBytes: number,
    private readonly file: OutputFile = openStandardOutput(),
  ) {
    setInterval(() => this.handOver(), FLUSH_MS).unref();
    process.once('exit', () => this.writeRest());
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (bytes > CHUNK_BYTES - this.length) this.handOver();
    if (bytes > CHUNK_BYTES) this.enqueue({ bytes: Buffer.from(line), lines: 1 });
    else {
      this.length += this.chunk.write(line, this.length);
      this.lines += 1;
    }
  }

  writeAscii(head: string, tail: string): void {
    if (head.length + tail.length > CHUNK_BYTES - this.length) this.handOver();
    this.length += this.chunk.write(head, this.length, 'latin1');
    this.length += this.chunk.write(tail, this.length, 'latin1');
    this.lines += 1;
  }

  /** Writes waiting lines; resolves after at most two seconds, or when the output refuses them. */
  async flush(): Promise<void> {
    const deadline = performance.now() + LAST_FLUSH_MS;
    this.hasGivenUp = false;
    this.handOver();
    while (this.queue.length > 0 && !this.hasGivenUp) {
      const idle = new Promise<void>((resolve) => (this.whenIdle = resolve));
      const isIdle = await settleWithin(idle, Math.max(0, deadline - performance.now()));
      this.hasGivenUp = !isIdle || this.queue.length > 0;
      this.reportLoss();
    }
  }

  private handOver(): void {
    this.reportLoss();
    if (this.length === 0) return;
    const chunk = { bytes: this.chunk.subarray(0, this.length), lines: this.lines };
    if (this.enqueue(chunk)) this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.length = 0;
    this.lines = 0;
  }

  private enqueue(chunk: Chunk): boolean {
    const isStillFull = this.unreportedLines > 0;
    if (isStillFull || this.waitingBytes + chunk.bytes.length > this.maxWaitingBytes) {
      this.unreportedLines += chunk.lines;
      this.droppedLines += chunk.lines;
      return false;
    }
    this.push(chunk);
    return true;
  }

  /** Reports dropped lines where they are missing. */
  private reportLoss(): void {
    if (this.unreportedLines === 0 || this.waitingBytes > this.maxWaitingBytes / 2) return;
    const line = this.describeLoss?.({ lines: this.unreportedLines, reason: this.lastError });
    this.unreportedLines = 0;
    if (line !== undefined) this.push({ bytes: Buffer.from(line), lines: 1 });
  }

  private push(chunk: Chunk): void {
    this.queue.push(chunk);
    this.waitingBytes += chunk.bytes.length;
    if (!this.isWriting && this.retry === undefined) this.writeNext();
  }

  private writeNext(): void {
    if (this.queue.length === 0) {
      this.rest();
      return;
    }
    this.isWriting = true;
    const parts = this.nextParts();
    this.chunksUnderWay = parts.length;
    this.file.write(parts, (error, taken) => {
      this.chunksUnderWay = 0;
      if (error) {
        this.retryLater(error);
        return;
      }
      this.written(taken);
      this.retryMs = FIRST_RETRY_MS;
      // A reader that resumes after a stall must not block the event loop.
      if (this.queue.length > 0) setImmediate(() => this.writeNext());
      else this.rest();
    });
  }

  private nextParts(): Buffer[] {
    return this.queue.slice(0, MAX_CHUNKS_AT_ONCE).map(({ bytes }) => bytes);
  }

  private rest(): void {
    this.isWriting = false;
    this.whenIdle?.();
  }

  /** The rest of a partly written chunk stays first: a line is never cut. */
  private written(taken: number): void {
    this.waitingBytes -= taken;
    let rest = taken;
    for (let first = this.queue[0]; first && rest > 0; first = this.queue[0]) {
      if (rest < first.bytes.length) {
        first.bytes = first.bytes.subarray(rest);
        return;
      }
      rest -= first.bytes.length;
      this.queue.shift();
    }
  }

  private retryLater({ code }: NodeJS.ErrnoException): void {
    this.isWriting = false;
    this.lastError = code;
    // A full disk does not recover within the time of a shutdown.
    if (code !== 'EAGAIN') this.whenIdle?.();
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.writeNext();
    }, this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  /** Runs when nothing else does: waits for a reader, unless {@link flush} already timed out. */
  private writeRest(): void {
    this.handOver();
    // A thread is writing the first chunks and will finish them.
    this.queue.splice(0, this.chunksUnderWay);
    this.isWriting = true;
    const deadline = performance.now() + (this.hasGivenUp ? 0 : LAST_FLUSH_MS);
    do {
      if (!this.writeQueue(deadline)) return;
      this.reportLoss();
    } while (this.queue.length > 0);
  }

  private writeQueue(deadline: number): boolean {
    while (this.queue.length > 0) {
      try {
        this.written(this.file.writeNow(this.nextParts()));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() >= deadline) return false;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      }
    }
    return true;
  }
}
