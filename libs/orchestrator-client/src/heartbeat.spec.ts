import type { HeartbeatMessage } from '@moolai/contracts';
import { Heartbeat } from './heartbeat.js';
import { ManualTimers } from './testing/manual-timers.js';

describe('Heartbeat', () => {
  const timers = new ManualTimers();
  const sent: HeartbeatMessage[] = [];
  let onHealth: () => void = () => undefined;
  const heartbeat = new Heartbeat({
    orchestratorId: 'orch-1',
    health: () => {
      onHealth();
      return { status: 'ok' };
    },
    send: (message) => void sent.push(message),
    onProblem: () => undefined,
    setTimer: timers.set,
    random: () => 0.5,
  });

  it('sends at the new interval only after a second handshake', () => {
    heartbeat.start(10_000);
    heartbeat.start(30_000);
    expect(timers.running).toEqual([15_000]);
    timers.pass();
    expect(sent).toEqual([
      { type: 'i_am_alive', orchestrator_id: 'orch-1', health_status: { status: 'ok' } },
    ]);
    expect(timers.running).toEqual([30_000]);
  });

  it('stays stopped when it is stopped while the health is read', () => {
    onHealth = () => heartbeat.stop();
    timers.pass();
    expect(timers.running).toEqual([]);
  });
});
