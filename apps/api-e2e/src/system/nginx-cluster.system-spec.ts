import type { HandshakeAccepted } from '@moolai/contracts';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { ControllerProcess, EventReader, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';
import { ShippedNginx } from './shipped-nginx.js';

const CLIENTS = 20;
const AUTH = { authorization: 'Bearer fake-dev-token' };

/**
 * What nginx of docker/compose.cluster.yaml does with two controllers. They have a database each here, since only the
 * way to them is tested.
 */
describeWith('nginx')('the shipped nginx in front of two controllers', () => {
  const controllers = new Map<string, ControllerProcess>();
  const clients: OrchestratorClient[] = [];
  /** The instance that each client is connected to. */
  const places = new Map<OrchestratorClient, string | undefined>();
  let nginx: ShippedNginx;

  beforeAll(async () => {
    for (const name of ['instance-a', 'instance-b']) {
      const env = { DEMO_FLEET: '0', TRUST_PROXY: '127.0.0.1', INSTANCE_ID: name };
      controllers.set(name, new ControllerProcess(await freePort(), newDataDir(), env));
    }
    const [first, second] = [...controllers.values()].map(({ port }) => port);
    nginx = await ShippedNginx.start({ upstreamPort: [first ?? 0, second ?? 0] });
    await Promise.all([...controllers.values()].map((controller) => controller.untilHealthy()));
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await Promise.all([...controllers.values()].map((controller) => controller.stop()));
    await nginx.stop();
  });

  function get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${nginx.port}${path}`, { headers: AUTH });
  }

  function countAt(name: string): number {
    return [...places.values()].filter((place) => place === name).length;
  }

  async function allConnected(): Promise<void> {
    await waitUntil('all are connected', () => clients.every((client) => client.isConnected));
  }

  it('spreads sockets over both, whatever the address of the client', async () => {
    for (let index = 0; index < CLIENTS; index += 1) {
      const client = new OrchestratorClient({
        url: `ws://127.0.0.1:${nginx.port}/ws`,
        orchestratorId: `spread-${index}`,
        backoff: { firstMs: 20, longestMs: 200 },
      });
      client.on('connected', ({ instance_id }: HandshakeAccepted) => places.set(client, instance_id));
      clients.push(client);
      client.start();
    }
    await allConnected();
    // Other requests may come in between.
    for (const name of controllers.keys()) expect(countAt(name)).toBeGreaterThanOrEqual(CLIENTS / 4);
  });

  it('passes live events on at once', async () => {
    const url = `http://127.0.0.1:${nginx.port}/api/v1/controller/events`;
    const readers = [await EventReader.open(url, AUTH), await EventReader.open(url, AUTH)];
    for (const reader of readers) await reader.next('ready');
    for (const reader of readers) reader.close();
  });

  it('answers every request with the other one after one was killed, and its sockets move there', async () => {
    const killed = controllers.get('instance-a');
    killed?.signal('SIGKILL');
    await killed?.untilExit();
    controllers.delete('instance-a');
    const statuses: number[] = [];
    for (let count = 0; count < 40; count += 1)
      statuses.push((await get('/api/v1/controller/organizations')).status);
    expect(statuses).toEqual(statuses.map(() => 200));
    await waitUntil('all are at the other one', () => countAt('instance-b') === CLIENTS);
    await allConnected();
  });
});
