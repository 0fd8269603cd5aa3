import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Address of an embedded database, stored in `<data dir>/database.json` (contract section 1) without `ssl`. */
export interface EmbeddedAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** It has no TLS. Without this the driver would read PGSSLMODE. */
  ssl: false;
}

/** @throws Error for a text that is not JSON */
export function parseEmbeddedAddress(text: string): EmbeddedAddress {
  try {
    return { ...(JSON.parse(text) as Omit<EmbeddedAddress, 'ssl'>), ssl: false };
  } catch (error) {
    throw new Error('it is not JSON', { cause: error });
  }
}

/**
 * The address of the embedded database, which its controller writes to the data directory.
 * @throws Error if there is none
 */
export function readEmbeddedAddress(dataDir: string): EmbeddedAddress {
  const file = join(dataDir, 'database.json');
  try {
    return parseEmbeddedAddress(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`no embedded database: ${file} cannot be read`, { cause: error });
  }
}
