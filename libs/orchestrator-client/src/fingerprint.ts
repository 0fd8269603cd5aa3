import { createHash } from 'node:crypto';
import { isJsonObject } from '@moolai/contracts';

/** Enough to tell messages with the same id apart; it guards against accidents, not against forgers. */
const LENGTH = 32;

/**
 * A short hash of a JSON value that does not depend on the order of its keys: a database may change it.
 * Empty for what is nested deeper than the stack. Never throws.
 */
export function fingerprint(value: unknown): string {
  try {
    const sorted = JSON.stringify(value, (_, member: unknown) => withSortedKeys(member));
    return createHash('sha256').update(sorted).digest('hex').slice(0, LENGTH);
  } catch {
    // No sensible message is like that, and none may bring the orchestrator down.
    return '';
  }
}

function withSortedKeys(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
