import { once } from 'node:events';
import type { ProvisioningMessage } from '@moolai/contracts';
import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { lockRows, untilBlocked } from '../support/row-lock.js';
import { useControllerPerTest } from '../support/use-controller.js';

describe('a configuration change during registrations', () => {
  const controller = useControllerPerTest();
  const { api } = controller;

  async function known(id: string, organizationId: string): Promise<void> {
    await (await controller.orchestrator(id, { organization_id: organizationId })).close();
  }

  /** Sends a registration, and returns when the controller has read it. */
  async function beginToRegister(id: string, more: object = {}): Promise<TestOrchestrator> {
    const orchestrator = await controller.connect();
    orchestrator.send({ type: 'register', orchestrator_id: id, ...more });
    orchestrator.socket.ping();
    await once(orchestrator.socket, 'pong');
    return orchestrator;
  }

  it('reaches an orchestrator that registers between its computation and its commit', async () => {
    await known('race-1a', 'org-race');
    await known('race-1b', 'org-race');
    const release = await lockRows(
      controller.database,
      'orchestrator_instances',
      "orchestrator_id = 'race-1a'",
    );
    const change = api.changeOrganizationSettings('org-race', { settings: { features: { changed: true } } });
    await untilBlocked(controller.database);
    const orchestrator = await beginToRegister('race-1b');
    await expect(orchestrator.next('provisioning')).resolves.toMatchObject({ config: { features: {} } });
    await release();
    await expect(change).resolves.toMatchObject({ pushed: 1, total: 2 });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({
      config_version: 2,
      config: { features: { changed: true } },
    });
  });

  it('reaches an orchestrator that was read before it and answered after it', async () => {
    await known('race-2a', 'org-race');
    await known('race-2b', 'org-race');
    await known('race-2c', 'org-held');
    // The second and third form one batch behind the first. The third has to catch up, which needs its organization, so
    // the whole batch waits for it.
    await controller.database.query(
      `UPDATE orchestrator_instances SET features = '{"by":"sql"}' WHERE orchestrator_id = 'race-2c'`,
    );
    const releaseFirst = await lockRows(
      controller.database,
      'orchestrator_instances',
      "orchestrator_id = 'race-2a'",
    );
    const releaseThird = await lockRows(controller.database, 'organizations', "organization_id = 'org-held'");
    const first = await beginToRegister('race-2a');
    await untilBlocked(controller.database);
    const second = await beginToRegister('race-2b', { config_version: 1 });
    await beginToRegister('race-2c');
    await releaseFirst();
    await first.next('provisioning');
    await waitUntil('the second is read', async () => {
      const rows = await controller.database.query(
        `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = 'race-2b' AND reported_config_version = 1`,
      );
      return rows.length > 0;
    });
    await api.changeOrganizationSettings('org-race', { settings: { features: { changed: true } } });
    expect(second.inbox).toEqual([]);
    await releaseThird();
    await expect(second.next('provisioning')).resolves.toMatchObject({ config: { features: {} } });
    await expect(second.next('config_update')).resolves.toMatchObject({
      config_version: 2,
      config: { features: { changed: true } },
    });
  });

  it('reaches all orchestrators when a fleet reconnects while its settings change repeatedly', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `storm-${index}`);
    await api.changeFleetConfiguration({ organizations: { 'org-storm': { orchestrators: ids } } });
    const fleet = await Promise.all(ids.map(() => controller.connect()));
    const newest = new Map<string, ProvisioningMessage['config']>();
    for (const { socket } of fleet) {
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as ProvisioningMessage | { type: 'config_update' };
        if ('config' in message) newest.set(message.orchestrator_id, message.config);
      });
    }
    let n = 0;
    let isComing = true;
    const changing = (async () => {
      while (isComing) {
        n += 1;
        await api.changeOrganizationSettings('org-storm', { settings: { features: { n } } });
        await api.changeOrchestratorConfig(`storm-${n % ids.length}`, { session_config: { n } });
      }
    })();
    for (const [index, orchestrator] of fleet.entries()) {
      orchestrator.send({ type: 'register', orchestrator_id: `storm-${index}` });
      const changes = n;
      // Some register between any two changes, however fast these are.
      if (index % 24 === 0) await waitUntil('another change begins', () => n > changes);
    }
    await waitUntil('all are answered', () => newest.size === ids.length);
    isComing = false;
    await changing;
    expect(n).toBeGreaterThanOrEqual(5);
    await waitUntil('the last that everybody got is the present one', () =>
      ids.every((id) => JSON.stringify(newest.get(id)?.['features']) === JSON.stringify({ n })),
    );
    for (const id of ids) expect(newest.get(id)).toEqual((await api.getOrchestratorConfig(id)).config);
  });
});
