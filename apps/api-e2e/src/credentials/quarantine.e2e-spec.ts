import type { Orchestrator } from '@moolai/contracts';
import { FakeClock, waitUntil, type TestOrchestrator } from '@moolai/testing';
import { enrolled, enrolmentToken, eventsOf, refusal } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

describe('two machines with the same credential', () => {
  const clock = new FakeClock(new Date().toISOString());
  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' }, clock });
  let token: string;

  beforeAll(async () => {
    ({ token } = await enrolmentToken(controller, 'org-a'));
  });

  /** Each connection replaces the previous one; returns the last one. */
  async function takeTurns(id: string, credential: string, times: number): Promise<TestOrchestrator> {
    let present = await controller.orchestrator(id, { token: credential });
    for (let count = 0; count < times; count += 1) {
      const next = await controller.orchestrator(id, { token: credential });
      await expect(present.untilClosed()).resolves.toMatchObject({ code: 4409 });
      present = next;
    }
    return present;
  }

  function stored(id: string): Promise<Orchestrator> {
    return controller.api.getOrchestrator(id);
  }

  it('are both refused after the fourth takeover within a minute, with the reason, until released', async () => {
    const credential = await enrolled(controller, 'twin-1', token);
    const last = await takeTurns('twin-1', credential, 4);
    await expect(last.untilClosed()).resolves.toMatchObject({ code: 4400, reason: 'quarantined' });
    await waitUntil('it is away', async () => !(await stored('twin-1')).connected);
    const { quarantined_at, quarantine_reason, status, status_reason } = await stored('twin-1');
    expect(quarantined_at).toMatch(/Z$/);
    expect(quarantine_reason).toContain('4 times within a minute');
    expect(status).toBe('inactive');
    expect(status_reason).toContain('quarantined');
    await expect(eventsOf(controller, 'orchestrator.quarantined', 'twin-1')).resolves.toHaveLength(1);
    await expect(refusal(controller, 'twin-1', { token: credential })).resolves.toMatchObject({
      error: 'quarantined',
      code: 4400,
    });
    // A stranger learns nothing about it.
    await expect(refusal(controller, 'twin-1', { token: 'moc_guessed' })).resolves.toMatchObject({
      error: 'unauthorized',
    });

    await controller.api.releaseFromQuarantine('twin-1');
    await controller.api.releaseFromQuarantine('twin-1').expect(409);
    const back = await controller.orchestrator('twin-1', { token: credential });
    expect((await stored('twin-1')).quarantined_at).toBeNull();
    await back.close();
  });

  it('may replace each other three times within a minute', async () => {
    const credential = await enrolled(controller, 'twin-2', token);
    const third = await takeTurns('twin-2', credential, 3);
    clock.advance(60_000);
    const fourth = await controller.orchestrator('twin-2', { token: credential });
    await expect(third.untilClosed()).resolves.toMatchObject({ code: 4409 });
    await waitUntil('the takeover is seen', async () => {
      const { length } = await eventsOf(controller, 'orchestrator.disconnected', 'twin-2');
      return length >= 4;
    });
    fourth.beat('twin-2');
    expect((await stored('twin-2')).quarantined_at).toBeNull();
    expect(fourth.isOpen).toBe(true);
  });

  it('are not suspected if one machine reconnects before its lost connection is noticed', async () => {
    const credential = await enrolled(controller, 'twin-3', token);
    let present = await controller.orchestrator('twin-3', { token: credential });
    for (let count = 0; count < 10; count += 1) {
      const { length } = await eventsOf(controller, 'orchestrator.disconnected', 'twin-3');
      // A vanished peer answers no close.
      present.freeze();
      const next = await controller.orchestrator('twin-3', { token: credential });
      present.crash();
      await waitUntil('the end of the lost one is seen', async () => {
        return (await eventsOf(controller, 'orchestrator.disconnected', 'twin-3')).length > length;
      });
      present = next;
    }
    expect(present.isOpen).toBe(true);
    expect((await stored('twin-3')).quarantined_at).toBeNull();
  });

  it('can be quarantined by plain SQL too', async () => {
    const credential = await enrolled(controller, 'twin-4', token);
    const connection = await controller.orchestrator('twin-4', { token: credential });
    await controller.database.query(
      `UPDATE orchestrator_instances SET quarantined_at = now() WHERE orchestrator_id = 'twin-4'`,
    );
    await expect(connection.untilClosed()).resolves.toMatchObject({ code: 4400 });
  });
});
