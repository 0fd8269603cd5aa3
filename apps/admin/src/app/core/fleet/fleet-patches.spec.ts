import type { StatusEventData } from '@moolai/contracts';
import { independentOrchestrator, NOW, orchestrator, secondsAgo } from '../../../testing/builders';
import { fleetEvent } from '../../../testing/fake-stream';
import { patched, patchesOf, patchOf } from './fleet-patches';

const STATUS: StatusEventData = {
  status: 'inactive',
  status_reason: 'It is not connected.',
  connected: false,
  is_independent: false,
  last_seen: null,
  previous_status: 'active',
};

describe('patchOf', () => {
  it('takes status, reason and connection from a status event', () => {
    expect(patchOf(fleetEvent({ type: 'orchestrator.status', data: STATUS }))).toMatchObject({
      status: 'inactive',
      status_reason: 'It is not connected.',
      connected: false,
      independence_source: null,
    });
  });

  it('keeps last_seen if memory does not have it', () => {
    expect(patchOf(fleetEvent({ type: 'orchestrator.status', data: STATUS }))).not.toHaveProperty(
      'last_seen',
    );
  });

  it('takes actor, reason and end from an independence event', () => {
    const data = { is_independent: true, reason: 'Maintenance', expires_at: secondsAgo(-60) };

    expect(patchOf(fleetEvent({ type: 'independence.changed', actor: 'ada@example.com', data }))).toEqual({
      is_independent: true,
      independence_source: 'own',
      independence_since: NOW,
      independence_by: 'ada@example.com',
      independence_reason: 'Maintenance',
      independence_expires_at: secondsAgo(-60),
    });
  });

  it.each([
    [
      fleetEvent({ type: 'config.pushed', data: { config_version: 4 } }),
      { config_version: 4, config_status: 'pending' },
    ],
    [
      fleetEvent({ type: 'config.reported', data: { config_version: 4, status: 'applied' } }),
      { acknowledged: { version: 4, status: 'applied' } },
    ],
    [
      fleetEvent({ type: 'config.reported', data: { config_version: 4, status: 'failed' } }),
      { acknowledged: { version: 4, status: 'failed' } },
    ],
  ])('follows a configuration by $type', (event, patch) => {
    expect(patchOf(event)).toEqual(patch);
  });

  it('ignores message events', () => {
    expect(patchOf(fleetEvent({ type: 'message.created' }))).toBeUndefined();
  });
});

describe('patchesOf', () => {
  it('merges the events of one orchestrator, later ones on top', () => {
    const events = [
      fleetEvent({ type: 'orchestrator.disconnected' }),
      fleetEvent({ type: 'orchestrator.connected' }),
      fleetEvent({ type: 'orchestrator.connected', orchestrator_id: null }),
    ];

    const patches = patchesOf({ events, heartbeats: new Map([['orch-001', NOW]]) });

    expect([...patches]).toEqual([['orch-001', { last_seen: NOW, connected: true }]]);
  });
});

describe('patched', () => {
  const desired = { config_version: 4, reported_config_version: 3, config_status: 'pending' } as const;

  it.each([
    ['applied', 4, { config_version: 4, reported_config_version: 4, config_status: 'applied' }],
    ['failed', 4, { config_version: 4, reported_config_version: 3, config_status: 'failed' }],
    // A newer version was pushed to so many that none of them has an event of its own.
    ['applied', 5, { config_version: 5, reported_config_version: 5, config_status: 'applied' }],
    ['applied', 2, { config_version: 4, reported_config_version: 2, config_status: 'pending' }],
    ['failed', 2, { config_version: 4, reported_config_version: 3, config_status: 'pending' }],
  ] as const)(
    'makes of version 4, pending, and %s for version %i what the API makes of it',
    (status, version, expected) => {
      const next = patched(orchestrator(desired), { acknowledged: { version, status } });

      expect(next).toMatchObject(expected);
      expect(next).not.toHaveProperty('acknowledged');
    },
  );

  it('keeps the answer for the desired version when one for an older version comes late', () => {
    const failed = orchestrator({ ...desired, config_status: 'failed' });

    expect(patched(failed, { acknowledged: { version: 2, status: 'applied' } })).toEqual(failed);
  });

  it('moves last_seen of a managed one', () => {
    expect(patched(orchestrator(), { last_seen: NOW }).last_seen).toBe(NOW);
  });

  it('never moves the frozen last_seen of an independent one', () => {
    const frozen = independentOrchestrator({ last_seen: secondsAgo(600) });

    expect(patched(frozen, { last_seen: NOW }).last_seen).toBe(secondsAgo(600));
  });
});
