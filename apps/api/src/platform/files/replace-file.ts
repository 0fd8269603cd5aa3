import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The files hold secrets and settings: readable by the controller's own user only. */
const FILE_MODE = 0o600;
/** Pieces are joined up to this size, so that a long text needs few writes. */
const WRITE_CHARACTERS = 64 * 1024;

/** Content of a file: a text, or its pieces, which are produced during the write. */
export type FileContent = string | Uint8Array | Iterable<string>;

/**
 * Replaces a file atomically and durably: writes a temporary file, checks that every byte arrived, syncs it, renames it
 * and syncs the directory. If a step before the rename fails, the old file stays.
 *
 * A nearly full disk may accept fewer bytes than given without reporting an error until the next write. So a write that
 * returns is not enough.
 *
 * Calls for one path must not overlap.
 * @returns the size of the file in bytes
 */
export async function replaceFile(path: string, content: FileContent): Promise<number> {
  // Keeps a symbolic link, and replaces its target.
  const target = await realpath(path).catch(() => path);
  const aside = `${target}.new`;
  let bytes: number;
  try {
    await rm(aside, { force: true });
    bytes = await writeAside(aside, content, target);
    await rename(aside, target);
  } catch (error) {
    // Free the space of an incomplete file.
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(target));
  return bytes;
}

async function writeAside(aside: string, content: FileContent, target: string): Promise<number> {
  const file = await open(aside, 'wx', FILE_MODE);
  try {
    let bytes = 0;
    for (const piece of piecesOf(content)) bytes += await writeAll(file, piece);
    await keepOwner(file, target);
    await file.sync();
    const { size } = await file.stat();
    if (size !== bytes) throw new Error(`the disk holds ${size} of ${bytes} bytes`);
    return bytes;
  } finally {
    await file.close();
  }
}

function* piecesOf(content: FileContent): Generator<Uint8Array> {
  if (content instanceof Uint8Array) {
    yield content;
    return;
  }
  if (typeof content === 'string') {
    yield Buffer.from(content);
    return;
  }
  let text = '';
  for (const piece of content) {
    text += piece;
    if (text.length < WRITE_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<number> {
  let offset = 0;
  while (offset < bytes.length) {
    const { bytesWritten } = await file.write(bytes, offset);
    if (bytesWritten === 0) throw new Error(`the disk took ${offset} of ${bytes.length} bytes`);
    offset += bytesWritten;
  }
  return offset;
}

/** Keeps the file's owner when the controller runs as root. */
async function keepOwner(file: FileHandle, target: string): Promise<void> {
  const [old, own] = await Promise.all([stat(target).catch(() => undefined), file.stat()]);
  if (!old || (old.uid === own.uid && old.gid === own.gid)) return;
  await file.chown(old.uid, old.gid).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM') throw error;
  });
}

/** A new file name survives a power cut only after its directory is synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    await directory.close();
  }
}

/** Some network file systems cannot sync a directory. */
function isUnsupported(error: unknown): boolean {
  return ['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Writes a text to an open file synchronously, and checks that all of it is on disk. */
export function writeWholeSync(handle: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length;) {
    const written = writeSync(handle, bytes, offset);
    if (written === 0) throw new Error(`the disk took ${offset} of ${bytes.length} bytes`);
    offset += written;
  }
  fsyncSync(handle);
  const { size } = fstatSync(handle);
  if (size !== bytes.length) throw new Error(`the disk holds ${size} of ${bytes.length} bytes`);
}

/** Makes the file names in a directory survive a power cut. */
export function syncDirectorySync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(handle);
  }
}
