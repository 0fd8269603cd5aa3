import { writeGeneratedPart } from '../../docs/generated-part.ts';
import type { Row } from './bench-context.ts';

interface Circumstances {
  machine: string[];
  rounds: number;
  quick: boolean;
  startedAt: Date;
}

function table(rows: Row[]): string {
  const lines = rows.map(
    ({ figure, result, target, verdict, remark }) =>
      `| ${[figure, result, target, verdict, remark.replaceAll('|', '\\|')].join(' | ')} |`,
  );
  return ['| figure | measured | target | | |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** The table with what it depends on, as Markdown. */
export function report(rows: Row[], { machine, rounds, quick, startedAt }: Circumstances): string {
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
export function write(text: string): Promise<void> {
  return writeGeneratedPart('benchmarks.md', 'npm run bench', text);
}
