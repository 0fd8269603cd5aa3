import { PendingWrites } from './pending-writes.js';

describe('PendingWrites', () => {
  it('keeps the newest value of what could not be written and has changed since', () => {
    const pending = new PendingWrites();
    pending.seen('a', 1);
    pending.health('a', { status: 'ok' });
    pending.seen('b', 1);
    const failed = pending.takeAll();
    pending.seen('a', 2);
    pending.putBack(failed);
    expect(Object.fromEntries(pending.takeAll())).toEqual({
      a: { seenMs: 2, health: { status: 'ok' } },
      b: { seenMs: 1 },
    });
  });

  it('keeps what was applied when a later configuration has failed', () => {
    const pending = new PendingWrites();
    const applied = { version: 1, status: 'applied' as const, detail: null, atMs: 1 };
    const failed = { version: 2, status: 'failed' as const, detail: 'no', atMs: 2 };
    pending.acknowledged('a', applied);
    pending.acknowledged('a', failed);
    pending.acknowledged('a', { ...applied, atMs: 3 });
    expect(pending.takeAll().get('a')).toEqual({ configAck: { ...failed, appliedVersion: 1 } });

    pending.acknowledged('b', applied);
    const unwritten = pending.takeAll();
    pending.acknowledged('b', failed);
    pending.putBack(unwritten);
    expect(pending.takeAll().get('b')).toEqual({ configAck: { ...failed, appliedVersion: 1 } });
  });
});
