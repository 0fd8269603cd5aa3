/** Queues messages forever, and prints the id of each queued one. Runs until killed. */
import { OrchestratorClient } from '../orchestrator-client.js';

const [path = '', url = ''] = process.argv.slice(2);
const client = new OrchestratorClient({
  url,
  orchestratorId: 'orch-1',
  queue: { path, maxEntries: 100_000 },
});
client.start();

let number = 0;
async function queueOne(): Promise<void> {
  number += 1;
  const id = `m-${number}`;
  await client.recommend({ number, padding: 'x'.repeat(500) }, id).queued;
  process.stdout.write(`${id}\n`);
}

for (;;) await Promise.all([queueOne(), queueOne(), queueOne()]);
