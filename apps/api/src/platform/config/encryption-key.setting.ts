const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
/** Base64 of 32 bytes, in either alphabet, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * Parses keys of 32 bytes in base64 or hexadecimal, separated by commas.
 * @returns undefined if one of them is invalid
 */
export function parseEncryptionKeys(text: string): Buffer[] | undefined {
  const keys = text.split(',').map((part) => {
    const key = part.trim();
    if (HEX.test(key)) return Buffer.from(key, 'hex');
    return BASE64.test(key) ? Buffer.from(key, 'base64') : Buffer.alloc(0);
  });
  return keys.every((key) => key.length === KEY_BYTES) ? keys : undefined;
}

/** False for a key that was typed, such as one byte repeated 32 times. */
export function looksRandom(key: Buffer): boolean {
  return new Set(key).size >= KEY_BYTES / 2;
}
