/** `npm run fleet -- --count 50 --url ws://…`: simulated orchestrators against any controller. */
import { build } from './build.mjs';

build(['fleet-simulator']);
await import('../../apps/fleet-simulator/dist/main.js');
