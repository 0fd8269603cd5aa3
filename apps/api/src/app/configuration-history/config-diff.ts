import { isJsonObject, type ConfigDifference, type JsonObject } from '@moolai/contracts';
import { sameJson } from '../../platform/json/same-json.js';

/** One step of a JSON pointer (RFC 6901, section 3). */
export function pointerStep(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * The differences that turn `before` into `after`, in the order of paths. Compares objects field by field, and arrays
 * as a whole.
 */
export function configDiff(before: JsonObject, after: JsonObject, path = ''): ConfigDifference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key): ConfigDifference[] => {
    const at = path + pointerStep(key);
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const now = Object.hasOwn(after, key) ? after[key] : undefined;
    if (old === undefined) return now === undefined ? [] : [{ path: at, op: 'add', after: now }];
    if (now === undefined) return [{ path: at, op: 'remove', before: old }];
    if (isJsonObject(old) && isJsonObject(now)) return configDiff(old, now, at);
    return sameJson(old, now) ? [] : [{ path: at, op: 'replace', before: old, after: now }];
  });
}
