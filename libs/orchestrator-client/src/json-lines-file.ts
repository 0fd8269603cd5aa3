import { chmodSync, closeSync, openSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '@moolai/contracts';
import { appendToFile, ensureDirectoryOf, FILE_MODE, replaceFile } from './replace-file.js';
import { StateError } from './state-error.js';

/** A line of a {@link JsonLinesFile}: its text and its parsed value. */
export interface JsonLine {
  text: string;
  value: JsonObject;
}

/** How a {@link JsonLinesFile} is written. */
export interface JsonLinesOptions {
  /** True to survive a power cut at the cost of a disk sync. A killed process loses nothing in either case. */
  isSynced: boolean;
  /**
   * Returns the lines that still matter, including everything appended so far. The file is compacted to them, so the
   * caller must update its memory in the same tick as it calls `append`.
   */
  snapshot: () => Iterable<string>;
}

interface Waiting {
  resolve: () => void;
  reject: (error: StateError) => void;
}

/** How far the file may grow beyond twice its size after the last compaction, in bytes. */
const COMPACT_AFTER_BYTES = 256 * 1024;
const NEW_LINE = 0x0a;

/**
 * An append-only file of JSON objects, one per line. Lines that arrive during a write go into the next write together,
 * so that a burst costs a few syncs instead of one per line.
 *
 * Only one process at a time may use the file. It is open only during writes, so there is nothing to close and nothing
 * keeps the process alive.
 */
export class JsonLinesFile {
  private waiting: Waiting[] = [];
  /** Lines to append. */
  private lines: string[] = [];
  private lineBytes = 0;
  private writing: Promise<void> | undefined;
  private bytes = 0;
  private compactedBytes = 0;
  /**
   * The next write replaces the whole file, because its end may be an incomplete line or too many lines are waiting.
   */
  private mustReplace = false;

  constructor(
    private readonly path: string,
    private readonly options: JsonLinesOptions,
  ) {}

  /**
   * Reads all lines, and creates the file if needed. Skips an incomplete last line, which a process leaves when it is
   * killed during a write; its caller was never told that it was written.
   * @throws StateError when the file can be neither read nor created
   */
  open(): JsonLine[] {
    try {
      ensureDirectoryOf(this.path);
      closeSync(openSync(this.path, 'a', FILE_MODE));
      chmodSync(this.path, FILE_MODE);
      return this.read(readFileSync(this.path));
    } catch (error) {
      throw new StateError(this.path, 'cannot be opened', { cause: error });
    }
  }

  /**
   * Appends a line.
   * @returns resolves once it is written as `isSynced` says
   * @throws StateError (the promise) when it could not be written; the next write tries again
   */
  append(line: string): Promise<void> {
    const written = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.lines.push(line);
    this.lineBytes += Buffer.byteLength(line) + 1;
    // Also bounds the memory while a disk does not respond: the snapshot has everything that matters.
    if (this.bytes + this.lineBytes > 2 * this.compactedBytes + COMPACT_AFTER_BYTES) this.replaceNext();
    this.writing ??= this.writeAll();
    return written;
  }

  /** Resolves once no write is pending. Never rejects. */
  async flushed(): Promise<void> {
    await this.writing;
  }

  private read(data: Buffer): JsonLine[] {
    const lines: JsonLine[] = [];
    let start = 0;
    // Split as bytes: a file of many large entries can exceed the maximum length of a string.
    while (start < data.length) {
      const newLine = data.indexOf(NEW_LINE, start);
      const end = newLine < 0 ? data.length : newLine;
      const text = data.toString('utf8', start, end);
      const value = parseObject(text);
      if (value) lines.push({ text, value });
      if (!value || newLine < 0) this.mustReplace = true;
      start = end + 1;
    }
    this.bytes = data.length;
    return lines;
  }

  private replaceNext(): void {
    this.mustReplace = true;
    this.removeLines();
  }

  private removeLines(): string[] {
    const { lines } = this;
    this.lines = [];
    this.lineBytes = 0;
    return lines;
  }

  private async writeAll(): Promise<void> {
    // Lets other calls of this tick join the first write.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const { waiting } = this;
      this.waiting = [];
      try {
        await (this.mustReplace ? this.replace() : this.appendLines());
        for (const { resolve } of waiting) resolve();
      } catch (cause) {
        this.replaceNext();
        const error = new StateError(this.path, 'cannot be written', { cause });
        for (const { reject } of waiting) reject(error);
      }
    }
    this.writing = undefined;
  }

  private async appendLines(): Promise<void> {
    this.bytes += this.lineBytes;
    const text = this.removeLines().map((line) => `${line}\n`);
    await appendToFile(this.path, text.join(''), this.options.isSynced);
  }

  private async replace(): Promise<void> {
    // The snapshot includes all waiting lines; later ones are appended to it.
    const text = Array.from(this.options.snapshot(), (line) => `${line}\n`);
    this.bytes = text.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    this.compactedBytes = this.bytes;
    this.mustReplace = false;
    this.removeLines();
    await replaceFile(this.path, text);
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Incomplete line; see open().
    return undefined;
  }
}
