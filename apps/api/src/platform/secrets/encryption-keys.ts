import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseEncryptionKeys } from '../config/encryption-key.setting.js';
import type { Settings } from '../config/settings.js';
import { syncDirectorySync, writeWholeSync } from '../files/replace-file.js';
import { StartError } from '../process/data-dir-lock.js';
import { KEY_BYTES } from './secret-box.js';

const FILE = 'encryption.key';

function readKeys(file: string): Buffer[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new StartError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? '?'})`);
  }
  const keys = parseEncryptionKeys(text);
  if (!keys) throw new StartError(`${file} has no key of ${KEY_BYTES} bytes`);
  return keys;
}

/** Creates the file completely or not at all, even if two processes start at once: the first one wins. */
function makeKey(dataDir: string, file: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomUUID()}`;
  const handle = openSync(aside, 'wx', 0o600);
  try {
    writeWholeSync(handle, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    linkSync(aside, file);
    syncDirectorySync(dataDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(handle);
    unlinkSync(aside);
  }
}

/**
 * The keys for secrets, the encrypting one first: those of `CONTROLLER_ENCRYPTION_KEY`, then the one in `<data
 * dir>/encryption.key`. Without either, the file is created (mode 0600). Several instances on one database need the
 * setting, because each would create its own file.
 */
export function loadEncryptionKeys({ dataDir, encryptionKeys }: Settings): Buffer[] {
  const file = join(dataDir, FILE);
  const known = [...encryptionKeys, ...readKeys(file)];
  if (known.length > 0) return known;
  makeKey(dataDir, file);
  return readKeys(file);
}
