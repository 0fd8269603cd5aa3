import { connect } from 'node:net';
import { IndependenceFlags } from '@moolai/api';
import type { Orchestrator } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { maskedFrame, upgradeRequest } from '../support/raw-websocket.js';
import { useController } from '../support/use-controller.js';

describe('a connection that has ended', () => {
  const controller = useController({
    env: { HEARTBEAT_INTERVAL_SEC: '0.5', HEARTBEAT_TTL_SEC: '2' },
  });

  function register(id: string, more: object = {}): string {
    return JSON.stringify({ type: 'register', orchestrator_id: id, ...more });
  }

  async function live(): Promise<string[]> {
    const { items } = await controller.api.listConnectedOrchestrators();
    return items.map((item) => item.orchestrator_id);
  }

  it('is not restored by a registration that it sent twice', async () => {
    for (let round = 0; round < 10; round += 1) {
      const orchestrator = await controller.connect();
      orchestrator.send(register(`ghost-${round}`));
      orchestrator.send(register(`ghost-${round}`));
      orchestrator.crash();
    }
    await waitUntil('no connection is left', async () => {
      const { body } = (await controller.anonymous.get('/api/v1/internal/health')) as {
        body: { data: { websocket: object } };
      };
      return (
        JSON.stringify(body.data.websocket) === '{"connections":0,"registered":0}' &&
        (await live()).length === 0
      );
    });
  });

  it('is not admitted by a second registration after the first was refused', async () => {
    const rightful = await controller.orchestrator('refused-1', { organization_id: 'org-mine' });
    const { hostname, port } = new URL(controller.url);
    const raw = connect(Number(port), hostname);
    raw.write(upgradeRequest());
    let received = '';
    raw.on('data', (data) => (received += data.toString('latin1')));
    await waitUntil('the upgrade', () => received.includes('\r\n\r\n'));
    raw.write(maskedFrame('text', register('refused-1', { organization_id: 'org-other' })));
    raw.write(maskedFrame('text', register('refused-1', { organization_id: 'org-mine' })));
    await waitUntil('the refusal', () => received.includes('organization_mismatch'));
    // The close frame stays unanswered; further frames must have no effect.
    raw.write(maskedFrame('text', register('refused-1', { organization_id: 'org-mine' })));
    const { heartbeats } = await controller.api.getOverview();
    raw.write(maskedFrame('text', JSON.stringify({ type: 'i_am_alive', orchestrator_id: 'refused-1' })));
    const probe = await controller.orchestrator('refused-probe');
    probe.beat('refused-probe');
    await waitUntil('frames of that time were read', async () => {
      const now = await controller.api.getOverview();
      return now.heartbeats.processed > heartbeats.processed && now;
    }).then((now) => expect(now.heartbeats.processed).toBe(heartbeats.processed + 1));
    expect(received).not.toContain('"success":true');
    expect(rightful.isOpen).toBe(true);
    raw.destroy();
    await rightful.close();
    await probe.close();
  });

  it('shows a switch made after it was lost', async () => {
    const broken = await controller.orchestrator('broken-1');
    broken.crash();
    const view = (): Promise<Orchestrator> => controller.api.getOrchestrator('broken-1');
    await waitUntil('it is noticed', async () => (await view()).status === 'error');
    await controller.switchIndependence('broken-1', true);
    await expect(view()).resolves.toMatchObject({
      status: 'independent',
      is_independent: true,
      connected: false,
    });
    const { orchestrators } = await controller.api.getOverview();
    const { total, active, independent, inactive, error } = orchestrators;
    expect(active + independent + inactive + error).toBe(total);
  });

  it('leaves nothing in memory, whichever way it ended', async () => {
    const flags = controller.nest.get(IndependenceFlags);
    const clean = await controller.orchestrator('left-1');
    const broken = await controller.orchestrator('left-2');
    const old = await controller.orchestrator('left-3');
    const young = await controller.orchestrator('left-3');
    await old.untilClosed();
    expect(flags.retainedIds()).toEqual(expect.arrayContaining(['left-1', 'left-2', 'left-3']));
    await clean.close();
    broken.crash();
    await young.close();
    await waitUntil('all are forgotten', () => flags.retainedIds().length === 0);
  });

  it('loses to the one that registered later, however close they are', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [first, second] = await Promise.all([controller.connect(), controller.connect()]);
      first.send(register('duel'));
      second.send(register('duel'));
      await expect(first.untilClosed()).resolves.toMatchObject({ code: 4409 });
      expect(second.isOpen).toBe(true);
      await second.close();
    }
  });

  it('does not count as lost when it was closed for a frame that was too large', async () => {
    const orchestrator = await controller.orchestrator('large-1');
    orchestrator.send('x'.repeat(300 * 1024));
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 1009 });
    await waitUntil('its end is noticed', async () => {
      const one = await controller.api.getOrchestrator('large-1');
      return !one.connected && one.status === 'inactive';
    });
  });
});
