/**
 * `npm run bench -- [scenario…] [--rounds N] [--quick] [--profile]`: measures the controller as shipped
 * against its targets. A run of all scenarios writes docs/benchmarks.md.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../start/build.mjs';
import { within } from './generator/fleet.ts';
import { BenchContext, NotTaken, type Row, type Scenario } from './lib/bench-context.ts';
import { cleanUp, cleanUpAtEnd, unlessEnding } from './lib/cleanup.ts';
import { describeMachine } from './lib/machine.ts';
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
  },
});
const rounds = Number(values.rounds);
const isAll = positionals.length === 0 || positionals.includes('all');
const wanted = isAll ? SCENARIOS : positionals;
const unknown = wanted.find((name) => !SCENARIOS.includes(name));
if (unknown || !(rounds >= 1)) {
  process.stderr.write(
    `usage: npm run bench -- [${SCENARIOS.join('|')}]… [--rounds N] [--quick] [--profile]\n`,
  );
  process.exit(2);
}

cleanUpAtEnd(LIMIT_MS);
build(['api']);
const profileDir = values.profile ? join(tmpdir(), 'moolai-bench-profiles') : undefined;
if (profileDir) rmSync(profileDir, { recursive: true, force: true });
const context = new BenchContext({ rounds, quick: values.quick, profileDir });
const startedAt = new Date();
const machine = describeMachine();
const rows: Row[] = [];
for (const name of wanted) {
  process.stderr.write(`${name}\n`);
  try {
    const module = (await import(`./scenarios/${name}.ts`)) as Record<string, Scenario | undefined>;
    const scenario = module[name];
    if (!scenario) throw new Error(`${name}.ts does not export ${name}`);
    // When its time is over, the clean-up below ends what it waits for.
    rows.push(...(await within(scenario(context), 'it is not done', SCENARIO_LIMIT_MS)));
  } catch (error) {
    await unlessEnding();
    const { message, stack } = error as Error;
    process.stderr.write(`  not taken: ${error instanceof NotTaken ? message : stack}\n`);
    rows.push({
      figure: name,
      result: 'not taken',
      target: '',
      verdict: '',
      remark: message.split('\n', 1)[0] ?? '',
    });
  }
  // What a failed scenario left behind must not disturb the next one.
  await cleanUp();
}
const text = report(rows, { machine, rounds, quick: values.quick, startedAt });
process.stdout.write(`${text}\n`);
if (profileDir) process.stdout.write(`\n${summarize(profileDir)}\n`);
if (isAll) await write(text);
process.exit(rows.some(({ result }) => result === 'not taken') ? 1 : 0);
