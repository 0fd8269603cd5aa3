import type { JsonObject } from '@moolai/contracts';
import { StateFile } from './state-file.js';

function toCredentials({ credentials }: JsonObject): string[] | undefined {
  const isKept = Array.isArray(credentials) && credentials.every((one) => typeof one === 'string');
  return isKept ? credentials : undefined;
}

/** Stores the credentials that may be valid, newest first, in a file that only its owner can read. */
export class CredentialFile {
  private readonly file: StateFile;

  constructor(path: string, orchestratorId: string) {
    this.file = new StateFile(path, orchestratorId);
  }

  /**
   * Returns the stored credentials; empty if there are none.
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read(): string[] {
    return this.file.read(toCredentials, 'has no stored credentials') ?? [];
  }

  /**
   * Replaces the stored credentials. Resolves once they are on disk. Calls are written in order.
   * @throws StateError (the promise)
   */
  write(credentials: readonly string[]): Promise<void> {
    return this.file.write({ credentials });
  }

  /** Resolves once no write is pending. Never rejects. */
  flushed(): Promise<void> {
    return this.file.flushed();
  }
}
