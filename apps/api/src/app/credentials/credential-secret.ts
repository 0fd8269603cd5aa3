import { timingSafeEqual } from 'node:crypto';
import { SECRET_PREFIXES } from '@moolai/contracts';
import { digest, newSecret } from '../../platform/secrets/secrets.js';

/** A new secret: shown or sent once, and stored as a hash. */
export interface IssuedSecret {
  secret: string;
  hash: Buffer;
}

/** Creates a secret of a kind, recognizable by its prefix. */
export function issueSecret(kind: keyof typeof SECRET_PREFIXES): IssuedSecret {
  const secret = SECRET_PREFIXES[kind] + newSecret();
  return { secret, hash: digest(secret) };
}

/** Compares two hashes in constant time. */
export function hashesMatch(a: Buffer, b: Buffer | null): boolean {
  return b !== null && a.length === b.length && timingSafeEqual(a, b);
}
