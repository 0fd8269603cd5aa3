import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SECRET_PREFIXES } from '@moolai/contracts';

const BYTES = 32;

/** A secret that was just made: shown or sent once, and kept only as its hash. */
export interface IssuedSecret {
  secret: string;
  hash: Buffer;
}

/** SHA-256: secrets have 256 random bits, so a slow hash would protect nothing and cost each registration. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Makes a new secret of a kind, recognizable by its prefix. */
export function issueSecret(kind: keyof typeof SECRET_PREFIXES): IssuedSecret {
  const secret = SECRET_PREFIXES[kind] + randomBytes(BYTES).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** Compares two hashes in a time that depends on neither. */
export function hashesMatch(a: Buffer, b: Buffer | null): boolean {
  return b !== null && a.length === b.length && timingSafeEqual(a, b);
}
