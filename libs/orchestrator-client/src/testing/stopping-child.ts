/** Uses every feature of a client, stops it, and does nothing else to end the process. */
import { once } from 'node:events';
import { OrchestratorClient } from '../orchestrator-client.js';

const [stateDir = '', url = ''] = process.argv.slice(2);
const client = new OrchestratorClient({
  url,
  orchestratorId: 'orch-1',
  stateDir,
  queue: { maxEntries: 3 },
  onConfig: () => undefined,
  onMessage: () => undefined,
});
// The oldest are dropped and the rest is never answered; no promise is awaited.
for (let number = 0; number < 10; number += 1) void client.report({ metrics: { number } });
client.start();
await once(client, 'connected');
await once(client, 'config');
await client.stop();
process.stdout.write('stopped\n');
