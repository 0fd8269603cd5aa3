import { readFile } from 'node:fs/promises';

/** The file has an unsupported encoding, so its text would be misread. */
export class EncodingError extends Error {
  constructor(readonly bytes: Buffer) {
    super(`not UTF-8 (line ${lineOfFirstWrong(bytes)}): save it as UTF-8`);
  }
}

/**
 * Reads a file that people edit. Accepts a byte order mark from Windows editors and UTF-16 from PowerShell 5; neither
 * is part of the text.
 * @returns undefined if there is no such file
 * @throws EncodingError for Latin-1 and similar encodings, where non-ASCII letters would be lost
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The text of a file's bytes; see {@link readText}. */
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

/** The decoder does not report the position of the error. */
function lineOfFirstWrong(bytes: Buffer): number {
  const text = new TextDecoder().decode(bytes);
  return text.slice(0, text.indexOf('\uFFFD')).split('\n').length;
}
