import type { JsonObject } from '@moolai/contracts';
import { StateFile } from './state-file.js';

function toCredentials({ credentials }: JsonObject): string[] | undefined {
  const isKept = Array.isArray(credentials) && credentials.every((one) => typeof one === 'string');
  return isKept ? credentials : undefined;
}

/** Keeps the credentials that may be good in a file that only its owner reads, newest first. */
export class CredentialFile {
  private readonly file: StateFile;

  constructor(path: string, orchestratorId: string) {
    this.file = new StateFile(path, orchestratorId);
  }

  /**
   * What was kept; empty when nothing was.
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read(): string[] {
    return this.file.read(toCredentials, 'has no kept credentials') ?? [];
  }

  /**
   * Replaces what is kept; on the disk when the promise resolves. Later calls come later.
   * @throws StateError (the promise)
   */
  write(credentials: readonly string[]): Promise<void> {
    return this.file.write({ credentials });
  }

  /** Settled once nothing waits to be written. Never rejects. */
  flushed(): Promise<void> {
    return this.file.flushed();
  }
}
