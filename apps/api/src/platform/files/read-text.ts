import { readFile } from 'node:fs/promises';

/** A file that is not in an encoding that is read: the text would be another one than was saved. */
export class EncodingError extends Error {
  constructor(readonly bytes: Buffer) {
    super(`not UTF-8 (line ${lineOfFirstWrong(bytes)}): save it as UTF-8`);
  }
}

/**
 * The text of a file that people edit. Windows editors begin it with a byte order mark, and PowerShell 5 writes UTF-16:
 * neither is part of the text.
 * @returns undefined when there is no such file
 * @throws EncodingError for Latin-1 and its like, where the letters beyond ASCII would be lost
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The text of the bytes of a file; see {@link readText}. */
export function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new EncodingError(bytes);
  }
}

function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** The decoder does not say where it stopped. */
function lineOfFirstWrong(bytes: Buffer): number {
  const text = new TextDecoder().decode(bytes);
  return text.slice(0, text.indexOf('\uFFFD')).split('\n').length;
}
