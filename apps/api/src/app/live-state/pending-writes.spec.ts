import { PendingWrites } from './pending-writes.js';

describe('PendingWrites', () => {
  it('keeps the newest value of what could not be written and has changed since', () => {
    const pending = new PendingWrites();
    const a = { orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 };
    const b = { orchestratorId: 'b', unwrittenSeenMs: 0, livenessMs: 1 };
    pending.seen(a, 1);
    pending.health('a', { status: 'ok' });
    pending.active('a', 5);
    pending.seen(b, 1);
    const failed = pending.takeAll();
    pending.seen(a, 2);
    pending.health('a', { status: 'error' });
    pending.putBack(failed);
    const { seen, seenMs, writes } = pending.takeAll();
    expect(seen).toEqual([b, a]);
    expect(seenMs).toEqual([1, 2]);
    expect(Object.fromEntries(writes)).toEqual({ a: { health: { status: 'error' }, activityMs: 5 } });
    expect(pending.size).toBe(0);
  });

  it('knows the newest unwritten moment of one that has connected again', () => {
    const pending = new PendingWrites();
    pending.seen({ orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 }, 7);
    pending.seen({ orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 }, 9);
    expect(pending.seenMs('a')).toBe(9);
    expect(pending.seenMs('b')).toBeUndefined();
  });

  it('puts what could not be written in front of what has come since, so that the newer connection counts', () => {
    const pending = new PendingWrites();
    const old = { orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 };
    const present = { orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 2 };
    pending.seen(old, 9);
    const failed = pending.takeAll();
    // The wall clock was set back meanwhile.
    pending.seen(present, 5);
    pending.putBack(failed);
    expect(pending.seenMs('a')).toBe(5);
    expect(pending.takeAll()).toMatchObject({ seen: [old, present], seenMs: [9, 5], oldestMs: 1 });
  });

  it('keeps what was applied when a later configuration has failed', () => {
    const pending = new PendingWrites();
    const applied = { version: 1, status: 'applied' as const, detail: null, atMs: 1 };
    const failed = { version: 2, status: 'failed' as const, detail: 'no', atMs: 2 };
    pending.acknowledged('a', applied);
    pending.acknowledged('a', failed);
    pending.acknowledged('a', { ...applied, atMs: 3 });
    expect(pending.takeAll().writes.get('a')).toEqual({ configAck: { ...failed, appliedVersion: 1 } });

    pending.acknowledged('b', applied);
    const unwritten = pending.takeAll();
    pending.acknowledged('b', failed);
    pending.putBack(unwritten);
    expect(pending.takeAll().writes.get('b')).toEqual({ configAck: { ...failed, appliedVersion: 1 } });
  });
});
