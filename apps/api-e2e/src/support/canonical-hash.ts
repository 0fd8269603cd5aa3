import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '@moolai/contracts';

/** RFC 8785, as far as the examples need it. Independent of the controller's code, which it verifies. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}

/** The hash of a configuration, computed as the documents describe it. */
export function canonicalHash(value: JsonValue): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
