/**
 * `npm start`: builds what is not built yet, then becomes the controller. It stays one process, so
 * that a signal reaches the controller itself and nothing can be left behind. With `--instances` it runs several
 * controllers instead.
 */
import { build, STARTED } from './build.mjs';
import { applyOptions } from './options.mjs';
import { findRedis, howToInstall } from './redis.mjs';

const { instances } = applyOptions(process.argv.slice(2), process.env);

if (instances === 1) {
  build(STARTED);
  await import('../../apps/api/dist/main.js');
} else {
  // Before the build, which takes a while.
  const isNamed = Boolean(process.env.REDIS_URL || process.env.REDIS_URL_FILE);
  const program = isNamed ? undefined : findRedis(process.env);
  if (!isNamed && program === undefined) {
    process.stderr.write(`npm start: ${howToInstall(process.env)}\n`);
    process.exit(1);
  }
  build(STARTED);
  const { runInstances } = await import('./instances.mjs');
  await runInstances(instances, program);
}
