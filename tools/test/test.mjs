/**
 * `npm test`: everything that must hold, on a machine with nothing but Node and npm. Quick checks come
 * first; the first step that fails ends it. What waits more than it works runs beside something else.
 */
import { nx } from '../nx.mjs';

const TOGETHER = ['--parallel=3', '--nxBail', '--outputStyle=static'];

const STEPS = [
  ['formatting', ['run', 'workspace:format']],
  [
    'lint, types, build, unit and component tests',
    ['run-many', '-t', 'lint', 'typecheck', 'build', 'test', ...TOGETHER],
  ],
  ['API end to end', ['run', 'api-e2e:e2e']],
  [
    'attacks and browser end to end',
    ['run-many', '-t', 'attack', 'e2e', '-p', 'workspace', 'admin-e2e', ...TOGETHER],
  ],
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
