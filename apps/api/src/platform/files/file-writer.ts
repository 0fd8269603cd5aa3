import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeptFile } from './kept-file.js';
import type { FileContent } from './replace-file.js';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Makes what a file should say, from what is known when it is called. */
export type BuildContent = () => FileContent | Promise<FileContent>;

/**
 * Keeps one file in step with what it should say. However many changes come while a write is under way, one more
 * write follows, and its content is made when it begins. A write that fails is tried again until one succeeds.
 */
export class FileWriter {
  /** Counts the changes; `durable` is the last one that is on the disk. */
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
  ) {}

  /** The file should say something else now, and will. */
  changed(): void {
    this.changes += 1;
    if (!this.next) void this.flush().catch(() => undefined);
  }

  /** Resolves when every change so far is durable; rejects when it is not, and goes on trying. */
  flush(): Promise<void> {
    if (this.durable === this.changes) return Promise.resolve();
    if (this.running?.change === this.changes) return this.running.done;
    return (this.next ??= this.takeTurn());
  }

  /** The file was removed, or its directory replaced: writes it once more. */
  restore(): void {
    this.changed();
  }

  /** Ends the retries. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.retryTimer);
  }

  /** Waits until what runs has ended. What comes in the same turn of the event loop joins this write. */
  private async takeTurn(): Promise<void> {
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
