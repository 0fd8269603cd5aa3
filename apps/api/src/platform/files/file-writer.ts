import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeptFile } from './kept-file.js';
import type { FileContent } from './replace-file.js';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Builds the content of a file from the current state. */
export type BuildContent = () => FileContent | Promise<FileContent>;

/**
 * Keeps one file up to date. Changes during a write cause exactly one more write, whose content is built when it
 * starts. A failed write is retried until it succeeds.
 */
export class FileWriter {
  /** Number of changes; `durable` is the last one on disk. */
  private changes = 1;
  private durable = 0;
  private running: { change: number; done: Promise<void> } | undefined;
  private next: Promise<void> | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private isStopped = false;

  constructor(
    readonly file: KeptFile,
    private readonly build: BuildContent,
    /** False while another process writes the file: changes are then only counted. */
    private readonly mayWrite: () => boolean = () => true,
  ) {}

  /** The content has changed and must be written. */
  changed(): void {
    this.changes += 1;
    if (!this.next) void this.flush().catch(() => undefined);
  }

  /** Resolves when every change so far is durable. Rejects if a write fails, and keeps retrying. */
  flush(): Promise<void> {
    if (this.durable === this.changes || !this.mayWrite()) return Promise.resolve();
    if (this.running?.change === this.changes) return this.running.done;
    return (this.next ??= this.runTurn());
  }

  /** The file was removed or its directory replaced: writes it again. */
  restore(): void {
    this.changed();
  }

  /** Stops retrying. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.retryTimer);
  }

  /** Waits until the current write has ended. Changes in the same turn of the event loop join this write. */
  private async runTurn(): Promise<void> {
    await (this.running ? this.running.done.catch(() => undefined) : nextTurn());
    this.next = undefined;
    clearTimeout(this.retryTimer);
    const running = { change: this.changes, done: this.replace() };
    this.running = running;
    try {
      await running.done;
      this.durable = running.change;
      this.retryMs = FIRST_RETRY_MS;
    } catch (error) {
      this.retryLater();
      throw error;
    } finally {
      this.running = undefined;
    }
  }

  private async replace(): Promise<void> {
    let content: FileContent;
    try {
      content = await this.build();
    } catch (error) {
      this.file.reportProblem((error as Error).message);
      throw error;
    }
    await this.file.replace(content);
  }

  private retryLater(): void {
    if (this.isStopped) return;
    this.retryTimer = setTimeout(() => void this.flush().catch(() => undefined), this.retryMs);
    this.retryTimer.unref();
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }
}
