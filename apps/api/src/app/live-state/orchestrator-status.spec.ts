import { deriveStatus, explainStatus, type StatusFacts } from './orchestrator-status.js';

const TTL_MS = 120_000;
const NOW_MS = 1_000_000;
const ALIVE: StatusFacts = {
  isIndependent: false,
  isConnected: true,
  hasHealthError: false,
  abnormalEndMs: null,
  livenessMs: NOW_MS - 1_000,
  expected: null,
  deafUntilMs: 0,
  tookOverFrom: null,
  probe: null,
};
const AWAY: StatusFacts = { ...ALIVE, isConnected: false, livenessMs: null };

const expectedUntil = (untilMs: number) => ({ status: 'active' as const, brokenAtMs: null, untilMs });

function statusOf(facts: Partial<StatusFacts>): string {
  return deriveStatus({ ...ALIVE, ...facts }, NOW_MS, TTL_MS);
}

function reasonOf(facts: StatusFacts): string {
  return explainStatus(facts, NOW_MS, TTL_MS, 0);
}

describe('deriveStatus', () => {
  it('is active while connected and alive within the TTL', () => {
    expect(statusOf({})).toBe('active');
    expect(statusOf({ livenessMs: NOW_MS - TTL_MS + 1 })).toBe('active');
  });

  it('is inactive when the liveness clock is as old as the TTL, or never started', () => {
    expect(statusOf({ livenessMs: NOW_MS - TTL_MS })).toBe('inactive');
    expect(statusOf({ livenessMs: null })).toBe('inactive');
  });

  it('is inactive when not connected, however recent the last heartbeat', () => {
    expect(statusOf({ isConnected: false })).toBe('inactive');
  });

  it('is error while connected and reporting it, even with old heartbeats', () => {
    expect(statusOf({ hasHealthError: true })).toBe('error');
    expect(statusOf({ hasHealthError: true, livenessMs: 0 })).toBe('error');
  });

  it('is error for one TTL after the connection was lost, then inactive', () => {
    expect(statusOf({ isConnected: false, abnormalEndMs: NOW_MS - TTL_MS + 1 })).toBe('error');
    expect(statusOf({ isConnected: false, abnormalEndMs: NOW_MS - TTL_MS })).toBe('inactive');
  });

  it('is independent before everything else', () => {
    expect(statusOf({ isIndependent: true, hasHealthError: true })).toBe('independent');
    expect(statusOf({ isIndependent: true, isConnected: false, abnormalEndMs: NOW_MS })).toBe('independent');
  });

  it('keeps orchestrators active that were active before a start, until their time to reconnect is over', () => {
    expect(deriveStatus({ ...AWAY, expected: expectedUntil(NOW_MS + 1) }, NOW_MS, TTL_MS)).toBe('active');
    expect(deriveStatus({ ...AWAY, expected: expectedUntil(NOW_MS) }, NOW_MS, TTL_MS)).toBe('inactive');
  });

  it('keeps orchestrators in error that were in error before a start, and never makes them active', () => {
    const expected = { ...expectedUntil(NOW_MS + 1), status: 'error' as const };
    expect(deriveStatus({ ...AWAY, expected }, NOW_MS, TTL_MS)).toBe('error');
    expect(deriveStatus({ ...AWAY, expected: { ...expected, untilMs: NOW_MS } }, NOW_MS, TTL_MS)).toBe(
      'inactive',
    );
  });

  it('gives a full TTL to orchestrators that could not be heard while the controller stood still', () => {
    const silent = { livenessMs: NOW_MS - 10 * TTL_MS };
    expect(statusOf({ ...silent, deafUntilMs: NOW_MS - TTL_MS + 1 })).toBe('active');
    expect(statusOf({ ...silent, deafUntilMs: NOW_MS - TTL_MS })).toBe('inactive');
  });
});

describe('explainStatus', () => {
  it('returns one sentence for every state', () => {
    const states: StatusFacts[] = [
      ALIVE,
      AWAY,
      { ...ALIVE, isIndependent: true },
      { ...ALIVE, livenessMs: 0 },
      { ...ALIVE, hasHealthError: true },
      { ...AWAY, abnormalEndMs: NOW_MS - 5_000 },
      { ...AWAY, expected: expectedUntil(NOW_MS + 7_000) },
      { ...ALIVE, livenessMs: 0, deafUntilMs: NOW_MS - 1_000 },
      { ...ALIVE, livenessMs: 0, probe: { sentAtMs: NOW_MS - 3_000, answeredAtMs: null } },
    ];
    const reasons = states.map(reasonOf);
    expect(new Set(reasons).size).toBe(states.length);
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z][^.]*\.$/);
  });

  it('reports the result of a ping while heartbeats are missing', () => {
    const silent = { ...ALIVE, livenessMs: NOW_MS - 70_000 };
    const probe = { sentAtMs: NOW_MS - 3_000, answeredAtMs: null };
    expect(reasonOf({ ...silent, probe })).toContain(
      'a ping of 1970-01-01 00:16:37 UTC had no answer by 1970-01-01 00:16:40 UTC',
    );
    expect(reasonOf({ ...silent, probe: { ...probe, answeredAtMs: NOW_MS } })).toContain('was answered');
  });

  it('names moments rather than ages, so that a displayed sentence stays true', () => {
    expect(reasonOf({ ...AWAY, abnormalEndMs: NOW_MS - 5_000 })).toBe(
      'Its connection broke at 1970-01-01 00:16:35 UTC without a goodbye.',
    );
    expect(reasonOf({ ...AWAY, expected: expectedUntil(NOW_MS + 7_000) })).toContain(
      'has until 1970-01-01 00:16:47 UTC',
    );
    expect(reasonOf({ ...ALIVE, livenessMs: 0, deafUntilMs: NOW_MS - 1_000 })).toContain(
      'its silence counts only from 1970-01-01 00:18:39 UTC on',
    );
  });

  it.each<[string, Partial<StatusFacts>]>([
    ['active', {}],
    ['independent', { isIndependent: true }],
    ['inactive', { livenessMs: 0 }],
    ['error', { isConnected: false, abnormalEndMs: NOW_MS - 5_000 }],
  ])('stays the same for as long as it is %s', (_status, facts) => {
    const later = explainStatus({ ...ALIVE, ...facts }, NOW_MS + 60_000, TTL_MS, 0);
    expect(later).toBe(reasonOf({ ...ALIVE, ...facts }));
  });
});
