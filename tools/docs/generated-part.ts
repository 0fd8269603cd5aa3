import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

/**
 * Replaces the part of a page under `docs/` that a command writes. The text around it stays. The markers in the page
 * name the command as people type it.
 */
export async function writeGeneratedPart(page: string, command: string, text: string): Promise<void> {
  const file = new URL(`../../docs/${page}`, import.meta.url);
  const begin = `<!-- written by \`${command}\` -->`;
  const end = `<!-- end of what \`${command}\` writes -->`;
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`docs/${basename(page)} has no place for the figures of ${command}`);
  const whole = `${old.slice(0, from + begin.length)}\n\n${text}\n\n${old.slice(to)}`;
  const options = await prettier.resolveConfig(fileURLToPath(file));
  writeFileSync(file, await prettier.format(whole, { ...options, parser: 'markdown' }));
}
