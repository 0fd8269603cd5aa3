import { timingSafeEqual } from 'node:crypto';
import { SECRET_PREFIXES } from '@moolai/contracts';
import { digest, newSecret } from '../../platform/secrets/secrets.js';

/** A secret that was just made: shown or sent once, and kept only as its hash. */
export interface IssuedSecret {
  secret: string;
  hash: Buffer;
}

/** Makes a new secret of a kind, recognizable by its prefix. */
export function issueSecret(kind: keyof typeof SECRET_PREFIXES): IssuedSecret {
  const secret = SECRET_PREFIXES[kind] + newSecret();
  return { secret, hash: digest(secret) };
}

/** Compares two hashes in a time that depends on neither. */
export function hashesMatch(a: Buffer, b: Buffer | null): boolean {
  return b !== null && a.length === b.length && timingSafeEqual(a, b);
}
