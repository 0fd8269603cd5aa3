import { waitUntil } from '@moolai/testing';
import { WebSocket } from 'ws';
import { TestController } from '../support/test-controller.js';

describe('a clean shutdown', () => {
  it('sends each orchestrator a reconnect time, spread over the fleet, then closes with 1012', async () => {
    const controller = await TestController.start();
    const fleet = await Promise.all(
      Array.from({ length: 30 }, (_, index) => controller.orchestrator(`bye-${index}`)),
    );
    await controller.close();
    const pauses: number[] = [];
    for (const orchestrator of fleet) {
      const goodbye = await orchestrator.next('goodbye');
      expect(goodbye.reason).not.toBe('');
      pauses.push(goodbye.reconnect_after_ms);
      await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 1012 });
    }
    expect(new Set(pauses).size).toBeGreaterThan(20);
    expect(Math.min(...pauses)).toBeGreaterThan(0);
    await controller.database.drop();
  });

  it('ends although a connection never answers its close', async () => {
    const controller = await TestController.start({ timing: { drainTimeoutMs: 50 } });
    const frozen = await controller.orchestrator('bye-frozen');
    frozen.freeze();
    await controller.close();
    frozen.crash();
    await controller.database.drop();
  });

  it('answers upgrades in the meantime with 503 and a retry time', async () => {
    const controller = await TestController.start({ timing: { drainTimeoutMs: 10_000 } });
    const frozen = await controller.orchestrator('bye-late');
    const other = await controller.orchestrator('bye-first');
    frozen.freeze();
    const { url } = controller;
    const closing = controller.close();
    await other.next('goodbye');
    const late = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    const answer = new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      late.once('error', reject);
      late.once('unexpected-response', (request, { statusCode, headers }) => {
        request.destroy();
        resolve([statusCode, headers['retry-after']]);
      });
    });
    await expect(answer).resolves.toEqual([503, '5']);
    frozen.crash();
    await closing;
    await controller.database.drop();
  });

  it('is followed by a start that restores every switch, and gives active orchestrators a full TTL to reconnect', async () => {
    const env = { HEARTBEAT_INTERVAL_SEC: '0.5', HEARTBEAT_TTL_SEC: '8' };
    const first = await TestController.start({ env });
    await first.orchestrator('again-1');
    await first.orchestrator('again-2');
    await first.switchIndependence('again-1', true);
    const frozen = (await first.api.getOrchestrator('again-1')).last_seen;
    await first.close();
    const second = await TestController.start({ successorOf: first, env });
    await expect(second.api.getOrchestrator('again-1')).resolves.toMatchObject({
      status: 'independent',
      last_seen: frozen,
      connected: false,
    });
    await expect(second.api.getOrchestrator('again-2')).resolves.toMatchObject({
      status: 'active',
      connected: false,
      status_reason: expect.stringContaining('to come back') as string,
    });
    await expect(second.api.listOrchestrators({ status: 'active' })).resolves.toMatchObject({ total: 1 });
    await expect(second.api.getOverview()).resolves.toMatchObject({
      orchestrators: { connected: 0, active: 1, expected: 1 },
    });
    await waitUntil('its time is over', async () => {
      return (await second.api.getOrchestrator('again-2')).status === 'inactive';
    });
    await expect(second.api.getOverview()).resolves.toMatchObject({
      orchestrators: { active: 0, expected: 0 },
    });
    await waitUntil('the table says so too', async () => {
      const rows = await second.database.query(
        `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = 'again-2' AND status = 'inactive'`,
      );
      return rows.length === 1;
    });
    await second.dispose();
  });
});

describe('a burst of registrations', () => {
  it('asks those beyond the limit to retry later, and serves the others', async () => {
    const controller = await TestController.start({ timing: { maxRegistrationsAtOnce: 3 } });
    const settled = await controller.orchestrator('rush-settled');
    const rush = await Promise.all(Array.from({ length: 20 }, () => controller.connect()));
    for (const [index, one] of rush.entries()) {
      one.send({ type: 'register', orchestrator_id: `rush-${index}` });
    }
    const answers = await Promise.all(rush.map((one) => one.next('handshake_ack')));
    const refused = answers.filter((answer) => !answer.success);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(20);
    for (const answer of refused) {
      expect(answer).toMatchObject({ error: 'busy', retry_after_ms: expect.any(Number) as number });
    }
    const busy = rush[answers.findIndex((answer) => !answer.success)];
    await expect(busy?.untilClosed()).resolves.toMatchObject({ code: 1013 });
    expect(settled.isOpen).toBe(true);
    await controller.dispose();
  });
});
