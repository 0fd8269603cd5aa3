import { settleWithin } from '../process/settle-within.js';
import { openStandardOutput, type OutputFile } from './output-file.js';

const CHUNK_BYTES = 64 * 1024;
const FLUSH_MS = 100;
/** A busy event loop comes back to the output only now and then. */
const MAX_CHUNKS_AT_ONCE = 16;
const FIRST_RETRY_MS = 2;
const LONGEST_RETRY_MS = 500;
/** How long an end waits for a reader. */
const LAST_FLUSH_MS = 2_000;
const PAUSE_MS = 10;

/** Lines that could not be written, and why. */
export interface Loss {
  lines: number;
  reason: string | undefined;
}

/** Where lines go. */
export interface LineSink {
  write(line: string): unknown;
  /** Writes a line of ASCII that comes in two parts: putting them together first would cost more than this does. */
  writeAscii?(head: string, tail: string): void;
  /** Writes what waits, as far as that is possible within a bounded time. */
  flush?(): Promise<void>;
}

/** Lines that are written together. */
interface Chunk {
  bytes: Buffer;
  lines: number;
}

/**
 * The standard output, written many lines at a time and never waited for. While it can't be written, lines wait
 * up to a bound in bytes; then new ones are dropped and counted, until half of that room is free again.
 * A process that ends by itself, by a signal or by an error writes what waits, for two seconds at most;
 * `kill -9` loses the last {@link FLUSH_MS}.
 */
export class StandardOutput implements LineSink {
  /** Makes the line that tells of a loss. */
  describeLoss: ((loss: Loss) => string) | undefined;
  /** All lines that were dropped so far. */
  droppedLines = 0;
  /** Bytes that wait to be written. */
  waitingBytes = 0;
  /** Lines become bytes at once: as a text that grows they would be moved by each garbage collection. */
  private chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  private length = 0;
  private lines = 0;
  private readonly queue: Chunk[] = [];
  private isWriting = false;
  private chunksUnderWay = 0;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private lastError: string | undefined;
  private unsaidLines = 0;
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

  /** Writes what waits; comes back after two seconds at the latest, or when the output refuses it. */
  async flush(): Promise<void> {
    const deadline = performance.now() + LAST_FLUSH_MS;
    this.hasGivenUp = false;
    this.handOver();
    while (this.queue.length > 0 && !this.hasGivenUp) {
      const idle = new Promise<void>((resolve) => (this.whenIdle = resolve));
      const isIdle = await settleWithin(idle, Math.max(0, deadline - performance.now()));
      this.hasGivenUp = !isIdle || this.queue.length > 0;
      this.sayLoss();
    }
  }

  private handOver(): void {
    this.sayLoss();
    if (this.length === 0) return;
    const chunk = { bytes: this.chunk.subarray(0, this.length), lines: this.lines };
    if (this.enqueue(chunk)) this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.length = 0;
    this.lines = 0;
  }

  private enqueue(chunk: Chunk): boolean {
    const isStillFull = this.unsaidLines > 0;
    if (isStillFull || this.waitingBytes + chunk.bytes.length > this.maxWaitingBytes) {
      this.unsaidLines += chunk.lines;
      this.droppedLines += chunk.lines;
      return false;
    }
    this.push(chunk);
    return true;
  }

  /** Tells of dropped lines in the place where they are missing. */
  private sayLoss(): void {
    if (this.unsaidLines === 0 || this.waitingBytes > this.maxWaitingBytes / 2) return;
    const line = this.describeLoss?.({ lines: this.unsaidLines, reason: this.lastError });
    this.unsaidLines = 0;
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
      this.take(taken);
      this.retryMs = FIRST_RETRY_MS;
      // A reader that takes up again what it left must not keep the event loop.
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

  /** What was not taken of a chunk stays the first: a line is never cut. */
  private take(taken: number): void {
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
    // A full disk does not become empty within the time that an end has.
    if (code !== 'EAGAIN') this.whenIdle?.();
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.writeNext();
    }, this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  /** Nothing else runs any more: this waits for a reader itself, unless {@link flush} has done so in vain. */
  private writeRest(): void {
    this.handOver();
    // A thread has the first chunks, and ends them by itself.
    this.queue.splice(0, this.chunksUnderWay);
    this.isWriting = true;
    const deadline = performance.now() + (this.hasGivenUp ? 0 : LAST_FLUSH_MS);
    do {
      if (!this.writeQueue(deadline)) return;
      this.sayLoss();
    } while (this.queue.length > 0);
  }

  private writeQueue(deadline: number): boolean {
    while (this.queue.length > 0) {
      try {
        this.take(this.file.writeNow(this.nextParts()));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() >= deadline) return false;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      }
    }
    return true;
  }
}
