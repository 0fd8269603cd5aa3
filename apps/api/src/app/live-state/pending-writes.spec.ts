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
});
