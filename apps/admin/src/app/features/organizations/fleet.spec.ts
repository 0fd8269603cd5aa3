import {
  fleet,
  inactiveOrchestrator,
  independentOrchestrator,
  liveOrchestrator,
  NOW,
  orchestrator,
  secondsAgo,
} from '../../../testing/builders';
import { mergeLive, switched, withSwitched } from './fleet';

describe('switched', () => {
  it('makes an orchestrator independent by its own switch', () => {
    expect(switched(orchestrator(), true)).toMatchObject({
      status: 'independent',
      is_independent: true,
      independence_source: 'own',
      status_reason: 'Independence is on, so heartbeats are ignored and last seen is frozen.',
    });
  });

  it.each([
    [true, 'active'],
    [false, 'inactive'],
  ] as const)('makes a managed one of it again; connected: %p, so it is %s', (connected, status) => {
    expect(switched(independentOrchestrator({ connected }), false)).toMatchObject({
      status,
      is_independent: false,
      independence_source: null,
    });
  });

  it('leaves everything else, and the original, as it was', () => {
    const before = orchestrator();

    const after = switched(before, true);

    expect(before).toEqual(orchestrator());
    expect(after).toMatchObject({ name: before.name, last_seen: before.last_seen, connected: true });
  });
});

describe('withSwitched', () => {
  it('switches the one and leaves the others', () => {
    const other = orchestrator({ orchestrator_id: 'orch-002' });

    const after = withSwitched(fleet({ orchestrators: [orchestrator(), other] }), 'orch-001', true);

    expect(after.orchestrators.map((one) => one.is_independent)).toEqual([true, false]);
    expect(after.orchestrators[1]).toBe(other);
  });

  it('changes nothing for an orchestrator that is not listed', () => {
    expect(withSwitched(fleet(), 'orch-404', true)).toEqual(fleet());
  });
});

describe('mergeLive', () => {
  it('brings "last seen" up to date', () => {
    const before = fleet({ orchestrators: [orchestrator({ last_seen: secondsAgo(30) })] });

    const merged = mergeLive(before, [liveOrchestrator({ last_seen: NOW })]);

    expect(merged?.orchestrators).toEqual([orchestrator({ last_seen: NOW })]);
  });

  it('keeps the very objects that did not change, so that nothing is drawn for them', () => {
    const still = orchestrator();

    const merged = mergeLive(fleet({ orchestrators: [still] }), [liveOrchestrator()]);

    expect(merged?.orchestrators[0]).toBe(still);
  });

  it('keeps those that are not connected', () => {
    const before = fleet({ orchestrators: [inactiveOrchestrator()] });

    expect(mergeLive(before, [])).toEqual(before);
  });

  it('asks for the list when somebody new is connected', () => {
    const live = [liveOrchestrator(), liveOrchestrator({ orchestrator_id: 'orch-002' })];

    expect(mergeLive(fleet(), live)).toBeNull();
  });

  it('asks for the list when somebody is connected again', () => {
    expect(mergeLive(fleet({ orchestrators: [inactiveOrchestrator()] }), [liveOrchestrator()])).toBeNull();
  });

  it('asks for the list when somebody is gone', () => {
    expect(mergeLive(fleet(), [])).toBeNull();
  });

  it('asks for the list when a status has changed: only the list has its reason', () => {
    expect(mergeLive(fleet(), [liveOrchestrator({ status: 'error' })])).toBeNull();
  });

  it('does not mind a stranger when the list is cut off: it stands further down', () => {
    const before = fleet({ total: 9_000 });
    const live = [liveOrchestrator(), liveOrchestrator({ orchestrator_id: 'orch-8999' })];

    expect(mergeLive(before, live)).toEqual(before);
  });
});
