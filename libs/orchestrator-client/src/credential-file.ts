import { ensureDirectoryOf, replaceFile } from './replace-file.js';
import { StateError } from './state-error.js';
import { assertOwner, readStateFile } from './state-file.js';

/** Keeps the credentials that may be good in a file that only its owner reads, newest first. */
export class CredentialFile {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly orchestratorId: string,
  ) {}

  /**
   * What was kept; empty when nothing was.
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read(): string[] {
    const kept = readStateFile(this.path);
    if (kept === undefined) return [];
    const { credentials } = kept;
    if (!Array.isArray(credentials) || !credentials.every((one) => typeof one === 'string'))
      throw new StateError(this.path, 'has no kept credentials');
    assertOwner(this.path, kept, this.orchestratorId);
    return credentials;
  }

  /**
   * Replaces what is kept; on the disk when the promise resolves. Later calls come later.
   * @throws StateError (the promise)
   */
  write(credentials: readonly string[]): Promise<void> {
    const text = JSON.stringify({ orchestrator_id: this.orchestratorId, credentials });
    const written = this.writing.then(() => this.replace(text));
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** Settled once nothing waits to be written. Never rejects. */
  async flushed(): Promise<void> {
    await this.writing;
  }

  private async replace(text: string): Promise<void> {
    try {
      ensureDirectoryOf(this.path);
      await replaceFile(this.path, text);
    } catch (cause) {
      throw new StateError(this.path, 'cannot be written', { cause });
    }
  }
}
