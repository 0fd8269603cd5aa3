import { mkdirSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Readable by the orchestrator's own user only: a configuration may hold secrets. */
export const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Creates the directory of `path`, with its parents, if needed. */
export function ensureDirectoryOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
}

/**
 * Replaces a file atomically: writes a temporary file, syncs and renames it. A reader sees either the old or the new
 * content, even after a crash.
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
    // Free the space of an incomplete file, since the disk may be full.
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Appends to a file. Resolves once the data is on disk (`isSynced`) or with the operating system. */
export async function appendToFile(path: string, content: string, isSynced: boolean): Promise<void> {
  await withFile(path, 'a', async (file) => {
    await file.writeFile(content);
    if (isSynced) await file.datasync();
  });
}

/** A new file name survives a power cut only after its directory is synced. */
async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open directories, and does not need it.
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
