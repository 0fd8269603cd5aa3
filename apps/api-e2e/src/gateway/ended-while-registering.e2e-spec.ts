import { once } from 'node:events';
import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { lockRows, untilBlocked } from '../support/row-lock.js';
import { useController } from '../support/use-controller.js';

const ROUNDS = 12;
const AT_ONCE = 10;

describe('an orchestrator that is registering', () => {
  const controller = useController();

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

  /**
   * An orchestrator whose registration is committed but not answered: it shares a batch with another one that has to
   * catch up with a configuration, which needs its locked organization.
   */
  async function halfRegistered(
    id: string,
  ): Promise<{ peer: TestOrchestrator; release: () => Promise<void> }> {
    const [first, held] = [`${id}-first`, `${id}-held`];
    await known(first, `org-${id}-first`);
    await known(id, `org-${id}`);
    await known(held, `org-${held}`);
    await controller.database.query(
      `UPDATE orchestrator_instances SET features = '{"by":"sql"}' WHERE orchestrator_id = $1`,
      [held],
    );
    const releaseFirst = await lockRows(
      controller.database,
      'orchestrator_instances',
      `orchestrator_id = '${first}'`,
    );
    const release = await lockRows(controller.database, 'organizations', `organization_id = 'org-${held}'`);
    await beginToRegister(first);
    await untilBlocked(controller.database);
    const peer = await beginToRegister(id, { version: 'half' });
    await beginToRegister(held);
    await releaseFirst();
    await waitUntil('it is committed', async () => {
      const rows = await controller.database.query(
        `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = $1 AND version = 'half'`,
        [id],
      );
      return rows.length > 0;
    });
    expect(peer.inbox).toEqual([]);
    return { peer, release };
  }

  async function liveOf(organizationId: string): Promise<string[]> {
    const { items } = await controller.api.listConnectedOrchestrators();
    return items.filter((one) => one.organization_id === organizationId).map((one) => one.orchestrator_id);
  }

  it.each<[string, string, (id: string) => Promise<unknown>, string]>([
    [
      'its organization is deactivated',
      'gone-1',
      (id) => controller.api.deactivateOrganization(`org-${id}`).expect(200),
      'the organization was deactivated',
    ],
    [
      'its organization is deactivated by plain SQL',
      'gone-2',
      (id) =>
        controller.database.query('UPDATE organizations SET is_active = false WHERE organization_id = $1', [
          `org-${id}`,
        ]),
      'the organization was deactivated',
    ],
    [
      'it is deleted',
      'gone-3',
      (id) => controller.api.decommissionOrchestrator(id).expect(200),
      'orchestrator was deleted',
    ],
    [
      'it is quarantined by plain SQL',
      'gone-4',
      (id) =>
        controller.database.query(
          'UPDATE orchestrator_instances SET quarantined_at = now() WHERE orchestrator_id = $1',
          [id],
        ),
      'quarantined',
    ],
  ])('does not stay connected when %s meanwhile', async (_, id, end, reason) => {
    const { peer, release } = await halfRegistered(id);
    await end(id);
    await release();
    await expect(peer.untilClosed()).resolves.toEqual({ code: 4400, reason });
    await waitUntil(
      'none of its orchestrators is live',
      async () => (await liveOf(`org-${id}`)).length === 0,
    );
  });

  it('never stays connected, whenever its organization is deactivated', async () => {
    const ids = Array.from({ length: AT_ONCE }, (_, index) => `any-${index}`);
    await Promise.all(ids.map((id) => known(id, 'org-any')));
    for (let round = 0; round < ROUNDS; round += 1) {
      const peers = await Promise.all(ids.map(() => controller.connect()));
      for (const [index, peer] of peers.entries()) {
        peer.send({ type: 'register', orchestrator_id: ids[index] ?? '' });
      }
      // At a different moment in each round: before or after some are answered.
      if (round % 2 === 1) await peers[round % AT_ONCE]?.next('handshake_ack');
      await controller.api.deactivateOrganization('org-any');
      await Promise.all(peers.map((peer) => peer.untilClosed()));
      await expect(liveOf('org-any')).resolves.toEqual([]);
      await controller.api.changeOrganization('org-any', { is_active: true });
    }
  });
});
