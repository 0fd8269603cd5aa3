import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/**
 * Writes one file whole or not at all (write aside, sync, rename; contract section 4). Writes that
 * come while one is under way wait, and only the newest of them is carried out.
 */
export class FileWriter {
  private running: Promise<void> | undefined;
  private next: { content: string; done: Promise<void> } | undefined;

  constructor(private readonly path: string) {}

  /** Resolves when this content, or a newer one, is on disk; rejects when it could not be written. */
  write(content: string): Promise<void> {
    if (this.next) {
      this.next.content = content;
      return this.next.done;
    }
    if (!this.running) return this.start(content);
    const settled = this.running.catch(() => undefined);
    const next: { content: string; done: Promise<void> } = {
      content,
      done: settled.then(() => {
        this.next = undefined;
        return this.start(next.content);
      }),
    };
    this.next = next;
    return next.done;
  }

  private start(content: string): Promise<void> {
    const running = this.replace(content).finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }

  private async replace(content: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await writeFileAtomic(this.path, content, { mode: 0o600 });
  }
}
