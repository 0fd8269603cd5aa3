import type { Orchestrator } from '@moolai/contracts';
import { FakeClock, waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const HOUR_MS = 3_600_000;
const TTL_MS = 2_000;
/** A longer gap between two checks of the statuses means that the controller stood still. */
const STALL_MS = 2_000;

describe('a wall clock that is changed while the controller runs', () => {
  const clock = new FakeClock();
  const controller = useController({
    clock,
    env: { HEARTBEAT_INTERVAL_SEC: '1', HEARTBEAT_TTL_SEC: '2', MESSAGE_ACK_TIMEOUT_SEC: '1' },
  });

  /** Checks statuses now, so that a test does not include time of the previous one. */
  beforeEach(async () => {
    const turns = (): number =>
      controller.log.messages().filter((message) => message.startsWith('the controller stood still')).length;
    const before = turns();
    clock.advance(STALL_MS + 1);
    await waitUntil('statuses are looked at', () => turns() > before);
  });

  const view = (id: string): Promise<Orchestrator> => controller.api.getOrchestrator(id);

  async function lastSeen(id: string): Promise<{ live: string; stored: string }> {
    const { items } = await controller.api.listConnectedOrchestrators();
    const live = items.find(({ orchestrator_id }) => orchestrator_id === id)?.last_seen ?? 'never';
    const [row] = await controller.database.query<{ last_seen: Date }>(
      'SELECT last_seen FROM orchestrator_instances WHERE orchestrator_id = $1',
      [id],
    );
    return { live, stored: row?.last_seen.toISOString() ?? 'never' };
  }

  it.each([
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
  ])('%s: silence is noticed after the TTL, and not before', async (_, shiftMs) => {
    const id = `silent-${shiftMs}`;
    const orchestrator = await controller.orchestrator(id);
    await waitUntil('it is active', async () => (await view(id)).status === 'active');
    clock.shiftWallClock(shiftMs);
    clock.advance(TTL_MS - 1);
    expect((await view(id)).status).toBe('active');
    clock.advance(1);
    expect((await view(id)).status).toBe('inactive');
    await orchestrator.close();
  });

  it('back: a lost connection is forgotten after the TTL', async () => {
    const orchestrator = await controller.orchestrator('broken');
    orchestrator.crash();
    await waitUntil('its end is noticed', async () => (await view('broken')).status === 'error');
    clock.shiftWallClock(-HOUR_MS);
    clock.advance(TTL_MS);
    expect((await view('broken')).status).toBe('inactive');
  });

  it.each([
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
  ])('%s: the next heartbeat writes the current time', async (_, shiftMs) => {
    const id = `seen-${shiftMs}`;
    const orchestrator = await controller.orchestrator(id);
    orchestrator.beat(id);
    const before = clock.now().toISOString();
    await waitUntil('the heartbeat is written', async () => (await lastSeen(id)).stored === before);
    clock.shiftWallClock(shiftMs);
    clock.advance(1_000);
    const now = clock.now().toISOString();
    orchestrator.beat(id);
    await waitUntil('memory has the present time', async () => (await lastSeen(id)).live === now);
    await waitUntil('the row has it too', async () => (await lastSeen(id)).stored === now);
    await orchestrator.close();
  });

  it('back: a registration writes the current time', async () => {
    await (await controller.orchestrator('again')).close();
    clock.shiftWallClock(-HOUR_MS);
    const orchestrator = await controller.orchestrator('again');
    const now = clock.now().toISOString();
    await expect(lastSeen('again')).resolves.toEqual({ live: now, stored: now });
    await orchestrator.close();
  });

  it('back: a message that is not acknowledged in time is sent again', async () => {
    const orchestrator = await controller.orchestrator('retry', { capabilities: ['message_ack'] });
    await controller.api.sendMessage('retry', { message_type: 'notice', message_content: {} });
    const { message_id } = await orchestrator.next('message');
    clock.shiftWallClock(-HOUR_MS);
    clock.advance(1_000);
    await expect(orchestrator.next('message')).resolves.toMatchObject({ message_id });
    await orchestrator.close();
  });

  it("back: expiries by the database's clock still happen", async () => {
    await (await controller.orchestrator('lease')).close();
    clock.shiftWallClock(-HOUR_MS);
    await controller.api.switchIndependence('lease', { is_independent: true });
    await controller.api.sendMessage('lease', {
      message_type: 'notice',
      message_content: {},
      expires_in_sec: 3_600,
    });
    await controller.database.query(
      `UPDATE orchestrator_instances SET independence_expires_at = now() WHERE orchestrator_id = 'lease'`,
    );
    await controller.database.query(
      `UPDATE orchestrator_messages SET expires_at = now() WHERE orchestrator_id = 'lease'`,
    );
    clock.advance(60_000);
    await waitUntil('the lease has ended', async () => !(await view('lease')).is_independent);
    await waitUntil('the message has expired', async () => {
      const { items } = await controller.api.listMessages({ orchestrator_id: 'lease' });
      return items[0]?.status === 'expired';
    });
  });
});
