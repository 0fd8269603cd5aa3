import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isId } from '@moolai/contracts';
import type { ReadVariable } from './oidc-settings.js';

/** A name of at most 255 characters; the rest of an id is the random suffix. */
const MAX_HOST_CHARS = 100;

/**
 * The name of this instance among the controllers of a fleet: `INSTANCE_ID`, or the host name and a random suffix.
 * @param refuse reports an invalid variable
 */
export function readInstanceId(read: ReadVariable, refuse: (name: string, rule: string) => never): string {
  const wanted = read('INSTANCE_ID');
  if (wanted === undefined) return `${hostPart()}-${randomBytes(3).toString('hex')}`;
  if (!isId(wanted)) refuse('INSTANCE_ID', 'must be 1 to 255 letters, digits, ".", "_", ":" or "-"');
  return wanted;
}

/** The host name with characters that an id may have. */
function hostPart(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, MAX_HOST_CHARS) || 'controller'
  );
}
