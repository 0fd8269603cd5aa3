import { isJsonObject, type EffectiveConfig, type JsonObject } from '@moolai/contracts';
import { StateFile } from './state-file.js';

/** A configuration that was applied. */
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

/** Keeps the configuration that was applied last in a file. */
export class ConfigCache {
  private readonly file: StateFile;

  constructor(path: string, orchestratorId: string) {
    this.file = new StateFile(path, orchestratorId);
  }

  /**
   * What was kept; undefined when there is nothing.
   * @throws StateError when the file can't be read, is damaged, or belongs to another orchestrator
   */
  read(): KnownConfig | undefined {
    return this.file.read(toKnownConfig, 'is not a kept configuration');
  }

  /**
   * Keeps a configuration; later calls come later.
   * @throws StateError (the promise)
   */
  write({ config, configVersion, configHash }: KnownConfig): Promise<void> {
    return this.file.write({ config_version: configVersion, config_hash: configHash, config });
  }

  /** Settled once nothing waits to be written. Never rejects. */
  flushed(): Promise<void> {
    return this.file.flushed();
  }
}
