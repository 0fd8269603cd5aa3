import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseConnection } from './connection.js';

/**
 * The address of the embedded database, which its controller leaves in the data directory.
 * @throws Error when there is none
 */
export function readEmbeddedAddress(dataDir: string): DatabaseConnection {
  const file = join(dataDir, 'database.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DatabaseConnection;
  } catch (error) {
    throw new Error(`no embedded database: ${file} cannot be read`, { cause: error });
  }
}
