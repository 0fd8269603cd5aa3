import { mkdirSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only the orchestrator's own user reads its state: configuration may hold secrets. */
export const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Creates the directory of `path`, with all above it, if there is none. */
export function ensureDirectoryOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
}

/**
 * Replaces a file whole: written aside, synced, renamed. Whoever reads it, also after a crash at any
 * moment, finds the old or the new content and nothing between.
 *
 * Calls for the same path must not overlap.
 */
export async function replaceFile(path: string, content: string | Iterable<string>): Promise<void> {
  const aside = `${path}.new`;
  try {
    await withFile(aside, 'w', async (file) => {
      await file.writeFile(content);
      await file.sync();
    });
    await rename(aside, path);
  } catch (error) {
    // Half a file would only use up what little room a full disk has.
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Appends to a file, and returns once it is on the disk (`isSynced`) or with the operating system. */
export async function appendToFile(path: string, content: string, isSynced: boolean): Promise<void> {
  await withFile(path, 'a', async (file) => {
    await file.writeFile(content);
    if (isSynced) await file.datasync();
  });
}

/** A new name is safe from a power cut only once its directory is synced too. */
async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open directories, and keeps names without being asked.
  if (process.platform === 'win32') return;
  await withFile(path, 'r', (directory) => directory.sync());
}

async function withFile(
  path: string,
  flags: string,
  work: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, FILE_MODE);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
