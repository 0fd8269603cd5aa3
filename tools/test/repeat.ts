import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../nx.mjs';

/** More failed files than this mean a fault, not a busy machine. */
const MOST_FILES = 3;

/** What jest writes with `--json --outputFile`, as far as it is read here. */
export interface JestReport {
  wasInterrupted: boolean;
  testResults: { name: string; status: string; message: string }[];
}

/** The report that jest wrote; undefined if it crashed before that. */
export function readReport(file: string): JestReport | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestReport) : undefined;
}

/** The spec files that failed, if they are few enough to be repeated; otherwise none. */
export function specsToRepeat(report: JestReport | undefined): string[] {
  if (report === undefined || report.wasInterrupted) return [];
  const failed = report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length <= MOST_FILES ? failed : [];
}

const unstable: string[] = [];

/**
 * Runs jest, and the few specs that failed once more, alone. If they pass then, the run passes and
 * {@link reportUnstable} prints them: an unstable spec is a bug to mend, but must not hide whether the rest works.
 * @param run runs jest with these additional flags; gives its exit code
 * @returns the exit code
 */
export function repeatFailed(run: (flags: string[]) => number): number {
  const dir = mkdtempSync(join(tmpdir(), 'moolai-test-'));
  const file = join(dir, 'report.json');
  try {
    const code = run(['--json', `--outputFile=${file}`]);
    if (code === 0) return 0;
    const report = readReport(file);
    const specs = specsToRepeat(report);
    if (specs.length === 0) return code;
    process.stdout.write(`\n=== repeating alone: ${specs.map((spec) => relative(root, spec)).join(', ')}\n`);
    const repeated = run(['--maxWorkers=1', '--runTestsByPath', ...specs]);
    if (repeated !== 0) return repeated;
    for (const { name, message } of report?.testResults ?? []) {
      if (specs.includes(name)) unstable.push(`${relative(root, name)}\n${message}`);
    }
    return 0;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Prints the specs that passed only when they were repeated, with their failures. */
export function reportUnstable(): void {
  for (const spec of unstable) {
    process.stdout.write(`\nUNSTABLE: failed at first and passed alone; mend it: ${spec}\n`);
  }
}
