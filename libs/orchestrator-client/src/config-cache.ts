import { isJsonObject, type EffectiveConfig, type JsonObject } from '@moolai/contracts';
import { StateFile } from './state-file.js';

/** An applied configuration. */
export interface KnownConfig {
  config: EffectiveConfig;
  configVersion: number;
  /** SHA-256 of the canonical JSON, hexadecimal. */
  configHash: string;
}

function toKnownConfig({ config_version, config_hash, config }: JsonObject): KnownConfig | undefined {
  const isKept =
    isJsonObject(config) && typeof config_version === 'number' && typeof config_hash === 'string';
  return isKept ? { config, configVersion: config_version, configHash: config_hash } : undefined;
}

/** Stores the last applied configuration in a file. */
export class ConfigCache {
  private readonly file: StateFile;

  constructor(path: string, orchestratorId: string) {
    this.file = new StateFile(path, orchestratorId);
  }

  /**
   * Returns the stored configuration; undefined if there is none.
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read(): KnownConfig | undefined {
    return this.file.read(toKnownConfig, 'is not a stored configuration');
  }

  /**
   * Stores a configuration. Calls are written in order.
   * @throws StateError (the promise)
   */
  write({ config, configVersion, configHash }: KnownConfig): Promise<void> {
    return this.file.write({ config_version: configVersion, config_hash: configHash, config });
  }

  /** Resolves once no write is pending. Never rejects. */
  flushed(): Promise<void> {
    return this.file.flushed();
  }
}
