import { writeGeneratedPart } from '../docs/generated-part.ts';
import type { PromiseLine } from './account.ts';
import type { Counts, Ledger } from './ledger.ts';
import type { SoakOperator } from './operator.ts';
import type { SoakOrchestrator } from './orchestrator.ts';
import type { ProcessSample, TableSize } from './samples.ts';

/** Everything that the report tells of a soak. */
export interface Run {
  startedAt: Date;
  minutes: number;
  count: number;
  machine: string[];
  /** The faults in the order in which they were made. */
  timeline: string[];
  promises: PromiseLine[];
  samples: ProcessSample[];
  end: ProcessSample;
  sizesBefore: Map<string, TableSize>;
  sizesAfter: Map<string, TableSize>;
  fleet: SoakOrchestrator[];
  operator: SoakOperator;
  ledger: Ledger;
  starts: number;
}

/** Kept as it is from here on: tables below this size tell nothing. */
const MIN_TABLE_BYTES = 1_000_000;

/** The result of a soak as Markdown. */
export function report(run: Run): string {
  const { startedAt, minutes, count, machine, ledger } = run;
  const verdict =
    ledger.faults.length === 0 ? 'No guarantee was violated.' : `${ledger.faults.length} faults:`;
  return [
    `Taken ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC: ${count} orchestrators, ${minutes} minutes.`,
    `${verdict}`,
    ...ledger.faults.map((fault) => `- ${fault}`),
    '',
    ...machine.map((line) => `- ${line}`),
    '',
    ...promisesTable(run),
    '',
    ...faultsTable(run),
    '',
    ...figures(run),
    '',
    ...tables(run),
  ].join('\n');
}

/** Puts it into the documentation. */
export function write(text: string): Promise<void> {
  return writeGeneratedPart('reliability.md', 'npm run soak', text);
}

function promisesTable({ promises }: Run): string[] {
  return [
    '| promise | checked | broken |',
    '|---|---|---|',
    ...promises.map(({ promise, count, broken }) => `| ${promise} | ${count} | ${broken} |`),
  ];
}

function faultsTable({ timeline }: Run): string[] {
  const counts = new Map<string, number>();
  for (const name of timeline) counts.set(name, (counts.get(name) ?? 0) + 1);
  return ['| fault | times |', '|---|---|', ...[...counts].map(([name, times]) => `| ${name} | ${times} |`)];
}

function figures({ samples, end, fleet, operator, starts }: Run): string[] {
  const memory = samples.map(({ rssMb }) => rssMb);
  const descriptors = samples.map(({ descriptors: open }) => open);
  return [
    '| figure | value |',
    '|---|---|',
    `| resident memory, median and largest | ${median(memory)} MB, ${Math.max(...memory)} MB |`,
    `| resident memory at the end | ${end.rssMb} MB |`,
    `| file descriptors, median and largest | ${median(descriptors)}, ${Math.max(...descriptors)} |`,
    `| starts of the controller | ${starts} |`,
    `| registrations | ${total(fleet, ({ registrations }) => registrations)} |`,
    `| refused registrations | ${listed(merged(fleet, 'refusals'))} |`,
    `| errors sent to orchestrators | ${listed(merged(fleet, 'errors'))} |`,
    `| close codes | ${listed(merged(fleet, 'closes'))} |`,
    `| answers to administrators | ${listed(operator.answers)} |`,
    `| switches answered while a file could not be written | ${operator.filesRefused} |`,
    `| slowest answer to an administrator | ${(operator.slowestMs / 1000).toFixed(1)} s |`,
  ];
}

function tables({ sizesBefore, sizesAfter }: Run): string[] {
  const rows = [...sizesAfter].filter(([, { bytes }]) => bytes >= MIN_TABLE_BYTES);
  const mb = (bytes: number | undefined): string => ((bytes ?? 0) / 1_000_000).toFixed(1);
  return [
    '| table with indexes | before | after | rows |',
    '|---|---|---|---|',
    ...rows.map(
      ([name, { bytes, rows }]) =>
        `| ${name} | ${mb(sizesBefore.get(name)?.bytes)} MB | ${mb(bytes)} MB | ${rows} |`,
    ),
  ];
}

function median(values: number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function total<T>(list: T[], of: (one: T) => number): number {
  return list.reduce((sum, one) => sum + of(one), 0);
}

function merged(list: SoakOrchestrator[], field: 'refusals' | 'errors' | 'closes'): Counts {
  const sums: Counts = {};
  for (const one of list)
    for (const [key, count] of Object.entries(one[field])) sums[key] = (sums[key] ?? 0) + count;
  return sums;
}

function listed(counts: Counts): string {
  const parts = Object.entries(counts).map(([key, count]) => `${key}: ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
