/**
 * `npm test`: everything that must hold, on a machine with nothing but Node and npm. Quick checks come
 * first, together; the first step that fails ends it.
 */
import { nx } from '../nx.mjs';

const QUICK = ['format', 'lint', 'typecheck', 'build', 'test'];

const STEPS: [name: string, args: string[]][] = [
  [
    'formatting, lint, types, build, unit and component tests',
    ['run-many', '-t', ...QUICK, '--parallel=3', '--nxBail', '--outputStyle=static'],
  ],
  ['API end to end', ['run', 'api-e2e:e2e']],
  ['attacks', ['run', 'workspace:attack']],
  ['browser end to end', ['run', 'admin-e2e:e2e']],
];

const startedAt = performance.now();
for (const [name, args] of STEPS) {
  const stepStartedAt = performance.now();
  process.stdout.write(`\n=== ${name}\n`);
  const code = nx(args);
  const seconds = ((performance.now() - stepStartedAt) / 1000).toFixed(1);
  process.stdout.write(`=== ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  if (code !== 0) process.exit(code);
}
process.stdout.write(`\nAll passed in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
