/**
 * `npm test`: everything that must hold, on a machine with nothing but Node and npm. Quick checks come
 * first, together; the first step that fails ends it.
 */
import { nx } from '../nx.mjs';
import { repeatFailed, reportUnstable } from './repeat.ts';

interface Step {
  name: string;
  args: string[];
  /** Runs end-to-end specs by jest, so that a failed one can be repeated. */
  isEndToEnd?: boolean;
}

const QUICK = ['format', 'lint', 'typecheck', 'build', 'test'];

const STEPS: Step[] = [
  {
    name: 'formatting, lint, types, build, unit and component tests',
    args: ['run-many', '-t', ...QUICK, '--parallel=3', '--nxBail', '--outputStyle=static'],
  },
  { name: 'API end to end', args: ['run', 'api-e2e:e2e'], isEndToEnd: true },
  { name: 'attacks', args: ['run', 'workspace:attack'] },
  { name: 'browser end to end', args: ['run', 'admin-e2e:e2e'], isEndToEnd: true },
];

const startedAt = performance.now();
for (const { name, args, isEndToEnd } of STEPS) {
  const stepStartedAt = performance.now();
  process.stdout.write(`\n=== ${name}\n`);
  const code = isEndToEnd ? repeatFailed((flags) => nx([...args, ...flags])) : nx(args);
  const seconds = ((performance.now() - stepStartedAt) / 1000).toFixed(1);
  process.stdout.write(`=== ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  if (code !== 0) process.exit(code);
}
reportUnstable();
process.stdout.write(`\nAll passed in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
