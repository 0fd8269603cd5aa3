import { createHash } from 'node:crypto';
import { isJsonObject } from '@moolai/contracts';

/** Long enough to tell messages with the same id apart. Not a protection against forgery. */
const LENGTH = 32;

/**
 * A short hash of a JSON value, independent of the order of its keys, which a database may change. Empty if the value
 * is nested too deep for the stack. Never throws.
 */
export function fingerprint(value: unknown): string {
  try {
    const sorted = JSON.stringify(value, (_, member: unknown) => withSortedKeys(member));
    return createHash('sha256').update(sorted).digest('hex').slice(0, LENGTH);
  } catch {
    // No valid message is nested that deep, and none may crash the orchestrator.
    return '';
  }
}

function withSortedKeys(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
