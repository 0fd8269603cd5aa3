import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const FILE = new URL('../../../docs/benchmarks.md', import.meta.url);
const BEGIN = '<!-- written by `npm run bench` -->';
const END = '<!-- end of what `npm run bench` writes -->';

function table(rows) {
  const lines = rows.map(
    ({ figure, result, target, verdict, remark }) =>
      `| ${[figure, result, target, verdict, remark.replaceAll('|', '\\|')].join(' | ')} |`,
  );
  return ['| figure | measured | target | | |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** The table with what it depends on, as Markdown. */
export function report(rows, { machine, rounds, quick, startedAt }) {
  const scale = quick ? ', **smaller than the targets ask for (`--quick`)**' : '';
  return [
    `Taken ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC in one run of ${rounds} rounds${scale}.`,
    'Median of the rounds, smallest and largest in brackets.',
    '',
    ...machine.map((line) => `- ${line}`),
    '',
    table(rows),
  ].join('\n');
}

/** Puts it into the documentation, in the place of that of the last run; what people wrote there stays. */
export async function write(text) {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : `# Benchmarks\n\n${BEGIN}\n${END}\n`;
  const begin = old.indexOf(BEGIN);
  const end = old.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('docs/benchmarks.md has no place for the figures any more');
  const whole = `${old.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${old.slice(end)}`;
  const options = await prettier.resolveConfig(fileURLToPath(FILE));
  writeFileSync(FILE, await prettier.format(whole, { ...options, parser: 'markdown' }));
}
