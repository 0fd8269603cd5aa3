import { readFile } from 'node:fs/promises';

/**
 * The text of a file that people edit. Windows editors begin it with a byte order mark, and PowerShell 5 writes UTF-16:
 * neither is part of the text.
 * @returns undefined when there is no such file
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return decode(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}
