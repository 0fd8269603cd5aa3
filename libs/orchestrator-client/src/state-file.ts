import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '@moolai/contracts';
import { ensureDirectoryOf, replaceFile } from './replace-file.js';
import { StateError } from './state-error.js';

/** A state file of one orchestrator: a JSON object that is replaced as a whole, and that only its owner can read. */
export class StateFile {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly orchestratorId: string,
  ) {}

  /**
   * Returns the stored content; undefined if there is none.
   * @param readContent converts the content; undefined if it is invalid
   * @param complaint error text for invalid content
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read<T>(readContent: (kept: JsonObject) => T | undefined, complaint: string): T | undefined {
    const text = readText(this.path);
    if (text === undefined) return undefined;
    const kept = parse(this.path, text);
    const content = readContent(kept);
    if (content === undefined) throw new StateError(this.path, complaint);
    const { orchestrator_id: owner } = kept;
    if (owner === this.orchestratorId) return content;
    throw new StateError(this.path, `belongs to another orchestrator: ${JSON.stringify(owner)}`);
  }

  /**
   * Replaces the stored content. Resolves once it is on disk. Calls are written in order.
   * @throws StateError (the promise)
   */
  write(content: object): Promise<void> {
    const text = JSON.stringify({ orchestrator_id: this.orchestratorId, ...content });
    const written = this.writing.then(() => this.replace(text));
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** Resolves once no write is pending. Never rejects. */
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

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StateError(path, 'cannot be read', { cause });
  }
}

function parse(path: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new StateError(path, 'is not JSON', { cause });
  }
  throw new StateError(path, 'is not an object');
}
