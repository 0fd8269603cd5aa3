import { createHash } from 'node:crypto';
import { isJsonObject, type EffectiveConfig, type JsonObject, type JsonValue } from '@moolai/contracts';

/**
 * Applies a JSON Merge Patch (RFC 7396): objects merge, `null` deletes, everything else replaces.
 * Neither argument is changed.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key), value));
  }
  // fromEntries defines properties, so a key "__proto__" stays a key.
  return Object.fromEntries(result);
}

/** What an orchestrator's own row says of its configuration; null where it says nothing. */
export interface OwnConfig {
  features: JsonObject;
  session_config: JsonObject;
  privacy_mode: boolean | null;
  monitoring_enabled: boolean | null;
  phoenix_endpoint: string | null;
}

/** What holds where no level says anything. */
const BASE: JsonObject = { features: {}, session_config: {}, privacy_mode: false, monitoring_enabled: false };

/**
 * The configuration that an orchestrator runs with: fleet defaults, overlaid by the organization's
 * settings, overlaid by its own values (contract section 3).
 */
export function effectiveConfig(defaults: JsonObject, settings: JsonObject, own: OwnConfig): EffectiveConfig {
  const said: JsonObject = {};
  for (const [key, value] of Object.entries<JsonValue>({ ...own })) if (value !== null) said[key] = value;
  let config: JsonValue = BASE;
  for (const layer of [defaults, settings, said]) config = mergePatch(config, layer);
  return isJsonObject(config) ? config : BASE;
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical JSON (keys sorted, no white space), hexadecimal. */
export function configHash(config: EffectiveConfig): string {
  return createHash('sha256').update(canonical(config)).digest('hex');
}
