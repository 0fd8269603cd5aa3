import { createHash } from 'node:crypto';
import {
  isJsonObject,
  type EffectiveConfig,
  type JsonObject,
  type JsonValue,
  type OwnConfig,
} from '@moolai/contracts';
import { canonicalJson } from '../../platform/json/canonical-json.js';

/**
 * Applies a JSON Merge Patch (RFC 7396): objects merge, `null` deletes, everything else replaces. Does not modify its
 * arguments.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key), value));
  }
  // fromEntries defines properties, so "__proto__" stays an ordinary key.
  return Object.fromEntries(result);
}

/** The values that apply if no level sets them. */
export const BUILT_IN_CONFIG: JsonObject = {
  features: {},
  session_config: {},
  privacy_mode: false,
  monitoring_enabled: false,
};

/** The own level of an orchestrator that sets nothing. */
export const NO_OWN_CONFIG: OwnConfig = {
  features: {},
  session_config: {},
  privacy_mode: null,
  monitoring_enabled: null,
  phoenix_endpoint: null,
};

/** The orchestrator's level as a merge patch: a null column sets nothing, instead of deleting. */
export function ownPatch(own: OwnConfig): JsonObject {
  const entries = Object.entries<JsonValue>({ ...own }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries);
}

/**
 * The effective configuration: fleet defaults, overridden by the organization's settings, overridden by the
 * orchestrator's own values (contract section 3).
 */
export function effectiveConfig(defaults: JsonObject, settings: JsonObject, own: OwnConfig): EffectiveConfig {
  let config: JsonValue = BUILT_IN_CONFIG;
  for (const layer of [defaults, settings, ownPatch(own)]) config = mergePatch(config, layer);
  return isJsonObject(config) ? config : BUILT_IN_CONFIG;
}

/** SHA-256 of the canonical JSON, hexadecimal. */
export function configHash(config: EffectiveConfig): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex');
}
