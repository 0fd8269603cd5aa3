import { isJsonObject, type EffectiveConfig } from '@moolai/contracts';
import { ensureDirectoryOf, replaceFile } from './replace-file.js';
import { StateError } from './state-error.js';
import { assertOwner, readStateFile } from './state-file.js';

/** A configuration that was applied. */
export interface KnownConfig {
  config: EffectiveConfig;
  configVersion: number;
  /** SHA-256 of the canonical JSON, hexadecimal. */
  configHash: string;
}

/** Keeps the configuration that was applied last in a file. */
export class ConfigCache {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly orchestratorId: string,
  ) {}

  /**
   * What was kept; undefined when there is nothing.
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read(): KnownConfig | undefined {
    const kept = readStateFile(this.path);
    if (kept === undefined) return undefined;
    const { config_version, config_hash, config } = kept;
    if (!isJsonObject(config) || typeof config_version !== 'number' || typeof config_hash !== 'string')
      throw new StateError(this.path, 'is not a kept configuration');
    assertOwner(this.path, kept, this.orchestratorId);
    return { config, configVersion: config_version, configHash: config_hash };
  }

  /**
   * Keeps a configuration; later calls come later.
   * @throws StateError (the promise)
   */
  write({ config, configVersion, configHash }: KnownConfig): Promise<void> {
    const text = JSON.stringify({
      orchestrator_id: this.orchestratorId,
      config_version: configVersion,
      config_hash: configHash,
      config,
    });
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
