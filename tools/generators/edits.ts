import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { format, resolveConfig } from 'prettier';

const ROOT = join(import.meta.dirname, '../..');

/** Formats what was generated, as `npm run format` does. */
export async function formatChanges(tree: Tree): Promise<void> {
  for (const { path, content } of tree.listChanges()) {
    if (!content || !path.endsWith('.ts')) continue;
    const options = await resolveConfig(join(ROOT, path));
    tree.write(path, await format(content.toString(), { ...options, filepath: path }));
  }
}

/** Changes a file that must be there. */
export function edit(tree: Tree, file: string, change: (text: string) => string): void {
  const text = tree.read(file, 'utf8');
  if (text === null) throw new Error(`${file} does not exist; update the generator`);
  tree.write(file, change(text));
}

/** Puts `line` behind the only line that matches. */
export function insertAfter(text: string, pattern: RegExp, line: string): string {
  return text.replace(only(text, pattern), (found) => `${found}\n${line}`);
}

/** Puts `line` before the only line that matches, or so many lines above it. */
export function insertBefore(text: string, pattern: RegExp, line: string, above = 0): string {
  const lines = text.split('\n');
  lines.splice(lines.indexOf(only(text, pattern)) - above, 0, line);
  return lines.join('\n');
}

/** Puts `line` before the end of the list or object that begins on the only line that matches. */
export function insertAtEnd(text: string, pattern: RegExp, line: string): string {
  const head = only(text, pattern);
  const indent = /^ */.exec(head)?.[0] ?? '';
  const from = text.indexOf(head) + head.length;
  const end = /^ *[\]}]/gm;
  end.lastIndex = from;
  for (let found = end.exec(text); found; found = end.exec(text)) {
    if (found[0].length !== indent.length + 1) continue;
    return `${text.slice(0, found.index)}${line}\n${text.slice(found.index)}`;
  }
  throw new Error(`what begins with "${head}" has no end; update the generator`);
}

/** Puts `line` among the lines that match, before the first one that sorts after it. */
export function insertSorted(text: string, pattern: RegExp, line: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((one) => pattern.test(one) && one > line);
  const last = lines.findLastIndex((one) => pattern.test(one));
  if (last < 0) throw new Error(`nothing matches ${pattern}; update the generator`);
  lines.splice(first < 0 ? last + 1 : first, 0, line);
  return lines.join('\n');
}

function only(text: string, pattern: RegExp): string {
  const found = text.split('\n').filter((line) => pattern.test(line));
  const [line] = found;
  if (line === undefined || found.length > 1)
    throw new Error(`${found.length} lines match ${pattern} instead of one; update the generator`);
  return line;
}
