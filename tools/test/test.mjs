/**
 * `npm test`: everything that must hold, on a machine with nothing but Node and npm. Quick checks come
 * first; the first step that fails ends it.
 */
import { nx } from '../nx.mjs';

const STEPS = [
  ['formatting', ['run', 'workspace:format']],
  ['lint and types', ['run-many', '-t', 'lint', 'typecheck', '--parallel=2']],
  ['build', ['run-many', '-t', 'build', '--parallel=2']],
  ['unit and component tests', ['run-many', '-t', 'test', '--parallel=2', '--outputStyle=static']],
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
