import type { EffectiveConfig, JsonObject, OwnConfig } from '@moolai/contracts';
import { canonicalJson } from '../../platform/json/canonical-json.js';
import { configHash, effectiveConfig } from './effective-config.js';

/** An effective configuration with its text and hash. */
export interface ComputedConfig {
  config: EffectiveConfig;
  hash: string;
  /** Serialized, as in a frame. */
  json: string;
}

/**
 * Computes the configurations of one organization's orchestrators. Most have equal own levels, usually empty, so each
 * distinct one is merged, hashed and serialized once.
 */
export class EffectiveConfigs {
  private readonly known = new Map<string, ComputedConfig>();

  constructor(
    private readonly defaults: JsonObject,
    private readonly settings: JsonObject,
  ) {}

  of(own: OwnConfig): ComputedConfig {
    const key = canonicalJson({ ...own });
    let computed = this.known.get(key);
    if (!computed) {
      const config = effectiveConfig(this.defaults, this.settings, own);
      computed = { config, hash: configHash(config), json: JSON.stringify(config) };
      this.known.set(key, computed);
    }
    return computed;
  }
}
