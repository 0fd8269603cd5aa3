import type { Orchestrator } from '@moolai/contracts';
import { FakeClock, waitUntil } from '@moolai/testing';
import { TestController } from '../support/test-controller.js';

describe('liveness', () => {
  it('pings an orchestrator after silence for half the TTL, and reports the result', async () => {
    const controller = await TestController.start({
      env: { HEARTBEAT_POKER_ENABLED: 'true', HEARTBEAT_INTERVAL_SEC: '1', HEARTBEAT_TTL_SEC: '3' },
    });
    const orchestrator = await controller.orchestrator('poke-1');
    const view = (): Promise<Orchestrator> => controller.api.getOrchestrator('poke-1');
    await waitUntil('it was pinged', () => orchestrator.pings > 0);
    await waitUntil('the answer is told', async () => {
      return (await view()).status_reason.includes('was answered, so its connection works');
    });
    await waitUntil('the TTL passes all the same', async () => (await view()).status === 'inactive');
    expect((await view()).status_reason).toContain('was answered, so its connection works');
    orchestrator.beat('poke-1');
    await waitUntil('a heartbeat brings it back', async () => (await view()).status === 'active');
    expect((await view()).status_reason).not.toContain('ping');
    await controller.dispose();
  });

  it('marks nothing inactive for a silence during which the controller itself stood still', async () => {
    const clock = new FakeClock();
    const controller = await TestController.start({ clock });
    await controller.orchestrator('stall-1');
    clock.advance(10 * 120_000);
    await waitUntil('the stall is noticed', () =>
      controller.log.text().includes('the controller stood still'),
    );
    await expect(controller.api.getOrchestrator('stall-1')).resolves.toMatchObject({
      status: 'active',
      status_reason: expect.stringContaining('the controller itself stood still') as string,
    });
    await controller.dispose();
  });
});
