import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '@moolai/contracts';

/** RFC 8785, as far as examples need it; not the controller's own code, which would agree with itself. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}

/** The hash of a configuration as the documents describe it. */
export function canonicalHash(value: JsonValue): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
