import { readFileSync } from 'node:fs';
import { isJsonObject, type EffectiveConfig } from '@moolai/contracts';
import { ensureDirectoryOf, replaceFile } from './replace-file.js';
import { StateError } from './state-error.js';

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
    const text = this.readText();
    if (text === undefined) return undefined;
    const { orchestrator_id, config_version, config_hash, config } = this.parse(text);
    if (!isJsonObject(config) || typeof config_version !== 'number' || typeof config_hash !== 'string')
      throw new StateError(this.path, 'is not a kept configuration');
    if (orchestrator_id !== this.orchestratorId)
      throw new StateError(this.path, `belongs to another orchestrator: ${JSON.stringify(orchestrator_id)}`);
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

  private readText(): string | undefined {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new StateError(this.path, 'cannot be read', { cause });
    }
  }

  private parse(text: string): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(text);
      if (isJsonObject(value)) return value;
    } catch (cause) {
      throw new StateError(this.path, 'is not JSON', { cause });
    }
    throw new StateError(this.path, 'is not a kept configuration');
  }
}
