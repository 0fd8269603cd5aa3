import { isJsonObject, type ConfigDifference, type JsonObject, type JsonValue } from '@moolai/contracts';

/** One step of a JSON pointer (RFC 6901, section 3). */
export function pointerStep(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** True when both are the same JSON, whatever the order of keys. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((member, index) => sameJson(member, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** What turns `before` into `after`, in the order of paths. Objects are compared within, arrays as a whole. */
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
