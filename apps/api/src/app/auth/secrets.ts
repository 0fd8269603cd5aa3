import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a secret of high entropy, for keeping and comparing it. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares two secrets in a time that depends on neither. */
export function secretsMatch(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}
