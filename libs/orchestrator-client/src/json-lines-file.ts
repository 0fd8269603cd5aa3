import { chmodSync, closeSync, openSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '@moolai/contracts';
import { appendToFile, ensureDirectoryOf, FILE_MODE, replaceFile } from './replace-file.js';
import { StateError } from './state-error.js';

/** A line of a {@link JsonLinesFile}, as it is in the file and as it reads. */
export interface JsonLine {
  text: string;
  value: JsonObject;
}

/** How a {@link JsonLinesFile} is written. */
export interface JsonLinesOptions {
  /** True to survive a power cut, at the price of a disk sync; a killed process loses nothing either way. */
  isSynced: boolean;
  /**
   * All lines that still matter, after everything that was appended so far. The file is compacted to
   * them, so memory must be changed in the same tick as `append` is called.
   */
  snapshot: () => Iterable<string>;
}

interface Waiting {
  resolve: () => void;
  reject: (error: StateError) => void;
}

/** The file may grow by this many bytes beyond twice what it had when it was last compacted. */
const COMPACT_AFTER_BYTES = 256 * 1024;
const NEW_LINE = 0x0a;

/**
 * An append-only file of JSON objects, a line each. What comes while a write is under way goes into
 * the next one together, so that a burst costs a few syncs and not one each.
 *
 * The file belongs to one process at a time. It is open only while it is written: nothing is left to
 * close, and nothing keeps a process alive.
 */
export class JsonLinesFile {
  private waiting: Waiting[] = [];
  /** What waits to be appended. */
  private lines: string[] = [];
  private lineBytes = 0;
  private writing: Promise<void> | undefined;
  private bytes = 0;
  private compactedBytes = 0;
  /** The next write replaces the file whole: its end may be half a line, or too much waits. */
  private mustReplace = false;

  constructor(
    private readonly path: string,
    private readonly options: JsonLinesOptions,
  ) {}

  /**
   * Reads all lines, and creates the file when there is none. Half a line, as a process leaves it that
   * is killed while it writes, is left out: nobody was told that it is kept.
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
   * @returns settled once it is written as `isSynced` says
   * @throws StateError (the promise) when it could not be; the next write tries it again with its own
   */
  append(line: string): Promise<void> {
    const written = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.lines.push(line);
    this.lineBytes += Buffer.byteLength(line) + 1;
    // Also keeps memory bounded while a disk does not answer: the snapshot holds what is worth keeping.
    if (this.bytes + this.lineBytes > 2 * this.compactedBytes + COMPACT_AFTER_BYTES) this.replaceNext();
    this.writing ??= this.writeAll();
    return written;
  }

  /** Settled once nothing waits to be written. Never rejects. */
  async flushed(): Promise<void> {
    await this.writing;
  }

  private read(data: Buffer): JsonLine[] {
    const lines: JsonLine[] = [];
    let start = 0;
    // Split as bytes: a file of many large entries can exceed what one string may hold.
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
    this.takeLines();
  }

  private takeLines(): string[] {
    const { lines } = this;
    this.lines = [];
    this.lineBytes = 0;
    return lines;
  }

  private async writeAll(): Promise<void> {
    // Lets the other calls of this tick join the first write.
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
    const text = this.takeLines().map((line) => `${line}\n`);
    await appendToFile(this.path, text.join(''), this.options.isSynced);
  }

  private async replace(): Promise<void> {
    // All that waits is in the snapshot; what comes from here on is appended to it.
    const text = Array.from(this.options.snapshot(), (line) => `${line}\n`);
    this.bytes = text.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    this.compactedBytes = this.bytes;
    this.mustReplace = false;
    this.takeLines();
    await replaceFile(this.path, text);
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Half a line; see open().
    return undefined;
  }
}
