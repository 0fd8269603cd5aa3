/**
 * `npm run bench -- [scenario…] [--rounds N] [--quick] [--profile]`: measures the controller as shipped
 * against its targets. A run of all scenarios writes docs/benchmarks.md.
 *
 * With `--against <commit>` it builds that commit apart, measures both in turn, round by round, and prints the ratios.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../start/build.mjs';
import { within } from './generator/fleet.ts';
import { BenchContext, NotTaken, type Row, type Scenario } from './lib/bench-context.ts';
import { cleanUp, cleanUpAtEnd, registered, unlessEnding } from './lib/cleanup.ts';
import { Comparison } from './lib/comparison.ts';
import { describeMachine } from './lib/machine.ts';
import { buildOther } from './lib/other-build.ts';
import { report, write } from './lib/report.ts';
import { summarize } from './lib/profile.ts';

/** In this order; each a file of `scenarios/`. */
const SCENARIOS = [
  'heartbeats',
  'singles',
  'memory',
  'steady',
  'registrations',
  'storm',
  'config',
  'settings',
  'messages',
  'queues',
  'cluster',
  'reports',
  'lists',
  'start',
];
const LIMIT_MS = 25 * 60_000;
/** No scenario takes half of this: one that hangs must not take the others' place in the table. */
const SCENARIO_LIMIT_MS = 5 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    against: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const isAll = positionals.length === 0 || positionals.includes('all');
const wanted = isAll ? SCENARIOS : positionals;
const unknown = wanted.find((name) => !SCENARIOS.includes(name));
if (unknown || !(rounds >= 1)) {
  process.stderr.write(
    `usage: npm run bench -- [${SCENARIOS.join('|')}]… [--rounds N] [--quick] [--profile] [--against commit]\n`,
  );
  process.exit(2);
}

/** Runs one scenario and cleans up after it. If it fails, returns one row with the result `not taken`. */
async function run(name: string, context: BenchContext): Promise<Row[]> {
  process.stderr.write(`${name}\n`);
  const outside = registered();
  try {
    const module = (await import(`./scenarios/${name}.ts`)) as Record<string, Scenario | undefined>;
    const scenario = module[name];
    if (!scenario) throw new Error(`${name}.ts does not export ${name}`);
    // When its time is over, the clean-up below ends what it waits for.
    return await within(scenario(context), 'it is not done', SCENARIO_LIMIT_MS);
  } catch (error) {
    await unlessEnding();
    const { message, stack } = error as Error;
    process.stderr.write(`  not taken: ${error instanceof NotTaken ? message : stack}\n`);
    const remark = message.split('\n', 1)[0] ?? '';
    return [{ figure: name, result: 'not taken', target: '', verdict: '', remark, values: [], unit: '' }];
  } finally {
    // What a failed scenario left behind must not disturb the next one.
    await cleanUp(outside);
  }
}

async function measure(): Promise<boolean> {
  const profileDir = values.profile ? join(tmpdir(), 'moolai-bench-profiles') : undefined;
  if (profileDir) rmSync(profileDir, { recursive: true, force: true });
  const context = new BenchContext({ rounds, quick: values.quick, profileDir });
  const startedAt = new Date();
  const machine = describeMachine();
  const rows: Row[] = [];
  for (const name of wanted) rows.push(...(await run(name, context)));
  const text = report(rows, { machine, rounds, quick: values.quick, startedAt });
  process.stdout.write(`${text}\n`);
  if (profileDir) process.stdout.write(`\n${summarize(profileDir)}\n`);
  if (isAll) await write(text);
  return rows.every(({ result }) => result !== 'not taken');
}

/** Measures both builds in turn. They alternate in going first, so that a machine that slows down favours neither. */
async function compare(commit: string): Promise<boolean> {
  const other = buildOther(commit);
  const before = new BenchContext({ rounds: 1, quick: values.quick, main: other.main });
  const now = new BenchContext({ rounds: 1, quick: values.quick });
  const comparison = new Comparison();
  let isWhole = true;
  for (const name of wanted) {
    for (let round = 0; round < rounds; round += 1) {
      const rows = new Map<BenchContext, Row[]>();
      for (const context of round % 2 === 0 ? [before, now] : [now, before]) {
        rows.set(context, await run(name, context));
      }
      const [rowsBefore, rowsNow] = [rows.get(before) ?? [], rows.get(now) ?? []];
      isWhole &&= [...rowsBefore, ...rowsNow].every(({ result }) => result !== 'not taken');
      comparison.add(rowsBefore, rowsNow);
    }
  }
  process.stdout.write(
    `${describeMachine()
      .map((line) => `- ${line}`)
      .join('\n')}\n\n`,
  );
  process.stdout.write(`${comparison.table(other.name)}\n`);
  return isWhole;
}

cleanUpAtEnd(LIMIT_MS * (values.against === undefined ? 1 : 2 * rounds));
build(['api']);
const isComplete = values.against === undefined ? await measure() : await compare(values.against);
await cleanUp();
process.exit(isComplete ? 0 : 1);
