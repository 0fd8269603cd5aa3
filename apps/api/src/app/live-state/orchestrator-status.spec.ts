import { deriveStatus, type StatusFacts } from './orchestrator-status.js';

const TTL_MS = 120_000;
const NOW_MS = 1_000_000;
const ALIVE: StatusFacts = {
  isIndependent: false,
  isConnected: true,
  hasHealthError: false,
  abnormalEndMs: null,
  livenessMs: NOW_MS - 1_000,
};

function statusOf(facts: Partial<StatusFacts>): string {
  return deriveStatus({ ...ALIVE, ...facts }, NOW_MS, TTL_MS).status;
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

  it('is inactive when not connected, however fresh the last heartbeat', () => {
    expect(statusOf({ isConnected: false })).toBe('inactive');
  });

  it('is error while connected and reporting it, even when the heartbeats are old', () => {
    expect(statusOf({ hasHealthError: true })).toBe('error');
    expect(statusOf({ hasHealthError: true, livenessMs: 0 })).toBe('error');
  });

  it('is error for one TTL after the connection broke, then inactive', () => {
    expect(statusOf({ isConnected: false, abnormalEndMs: NOW_MS - TTL_MS + 1 })).toBe('error');
    expect(statusOf({ isConnected: false, abnormalEndMs: NOW_MS - TTL_MS })).toBe('inactive');
  });

  it('is independent before everything else', () => {
    expect(statusOf({ isIndependent: true, hasHealthError: true })).toBe('independent');
    expect(statusOf({ isIndependent: true, isConnected: false, abnormalEndMs: NOW_MS })).toBe('independent');
  });

  it('gives one sentence as the reason', () => {
    const facts = [
      ALIVE,
      { ...ALIVE, isIndependent: true },
      { ...ALIVE, isConnected: false },
      { ...ALIVE, livenessMs: 0 },
    ];
    for (const fact of facts) expect(deriveStatus(fact, NOW_MS, TTL_MS).reason).toMatch(/^[A-Z][^.]*\.$/);
  });
});
