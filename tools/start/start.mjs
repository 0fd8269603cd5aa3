/**
 * `npm start`: builds what is not built yet, then becomes the controller. It stays one process, so
 * that a signal reaches the controller itself and nothing can be left behind.
 */
import { build } from './build.mjs';
import { applyOptions } from './options.mjs';

applyOptions(process.argv.slice(2), process.env);
build(['api', 'admin', 'fleet-simulator']);
await import('../../apps/api/dist/main.js');
