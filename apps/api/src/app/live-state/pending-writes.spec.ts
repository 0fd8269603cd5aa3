import { ByteBudget } from '../../platform/batching/byte-budget.js';
import { PendingWrites } from './pending-writes.js';

const MIB = 1024 * 1024;

describe('PendingWrites', () => {
  it('keeps the newest value of a failed write that has changed since', () => {
    const pending = new PendingWrites({ liveState: new ByteBudget(MIB) });
    const a = { orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 };
    const b = { orchestratorId: 'b', unwrittenSeenMs: 0, livenessMs: 1 };
    pending.recordSeen(a, 1);
    pending.health('a', { status: 'ok' });
    pending.active('a', 5);
    pending.recordSeen(b, 1);
    const failed = pending.startBatch();
    pending.recordSeen(a, 2);
    pending.health('a', { status: 'error' });
    pending.restore(failed);
    const { seen, seenMs, writes } = pending.startBatch();
    expect(seen).toEqual([b, a]);
    expect(seenMs).toEqual([1, 2]);
    expect(Object.fromEntries(writes)).toEqual({ a: { health: '{"status":"error"}', activityMs: 5 } });
    expect(pending.size).toBe(0);
  });

  it('returns the newest unwritten time of a reconnected orchestrator', () => {
    const pending = new PendingWrites({ liveState: new ByteBudget(MIB) });
    pending.recordSeen({ orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 }, 7);
    pending.recordSeen({ orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 }, 9);
    expect(pending.seenMs('a')).toBe(9);
    expect(pending.seenMs('b')).toBeUndefined();
  });

  it('puts failed writes before newer ones, so that the newer connection counts', () => {
    const pending = new PendingWrites({ liveState: new ByteBudget(MIB) });
    const old = { orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 };
    const present = { orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 2 };
    pending.recordSeen(old, 9);
    const failed = pending.startBatch();
    // The wall clock was set back in the meantime.
    pending.recordSeen(present, 5);
    pending.restore(failed);
    expect(pending.seenMs('a')).toBe(5);
    expect(pending.startBatch()).toMatchObject({ seen: [old, present], seenMs: [9, 5], oldestMs: 1 });
  });

  it('keeps the applied version when a later configuration failed', () => {
    const pending = new PendingWrites({ liveState: new ByteBudget(MIB) });
    const applied = { version: 1, status: 'applied' as const, detail: null, atMs: 1 };
    const failed = { version: 2, status: 'failed' as const, detail: 'no', atMs: 2 };
    pending.acknowledged('a', applied);
    pending.acknowledged('a', failed);
    pending.acknowledged('a', { ...applied, atMs: 3 });
    expect(pending.startBatch().writes.get('a')).toEqual({ configAck: { ...failed, appliedVersion: 1 } });

    pending.acknowledged('b', applied);
    const unwritten = pending.startBatch();
    pending.acknowledged('b', failed);
    pending.restore(unwritten);
    expect(pending.startBatch().writes.get('b')).toEqual({ configAck: { ...failed, appliedVersion: 1 } });
  });

  it('releases the memory of a deleted orchestrator', () => {
    const liveState = new ByteBudget(100);
    const pending = new PendingWrites({ liveState });
    pending.health('a', { status: 'ok' });
    pending.recordSeen({ orchestratorId: 'a', unwrittenSeenMs: 0, livenessMs: 1 }, 7);
    pending.forget('a');
    expect(pending.seenMs('a')).toBeUndefined();
    pending.forget('b');
    expect([liveState.usedBytes, pending.size]).toEqual([0, 0]);
  });

  it('counts the newest health of each orchestrator, until it is written', () => {
    const liveState = new ByteBudget(100);
    const pending = new PendingWrites({ liveState });
    const health = (length: number) => ({ t: 'x'.repeat(length - '{"t":""}'.length) });
    expect([pending.health('a', health(60)), pending.health('b', health(41))]).toEqual([true, false]);
    expect([pending.health('a', health(30)), pending.health('b', health(40))]).toEqual([true, true]);
    const failed = pending.startBatch();
    pending.health('a', health(20));
    expect(liveState.usedBytes).toBe(90);
    pending.restore(failed);
    expect(liveState.usedBytes).toBe(60);
    const { writes } = pending.startBatch();
    expect([...writes].map(([id, write]) => [id, write.health?.length])).toEqual([
      ['a', 20],
      ['b', 40],
    ]);
    pending.written({ seen: [], seenMs: [], oldestMs: Infinity, writes, isWhole: true });
    expect(liveState.usedBytes).toBe(0);
  });

  it('limits a statement, and leaves the rest to the next one', () => {
    const liveState = new ByteBudget(64 * MIB);
    const pending = new PendingWrites({ liveState });
    for (let n = 0; n < 9; n += 1) pending.health(`o-${n}`, { text: 'x'.repeat(MIB) });
    const taken: number[] = [];
    for (let isWhole = false; !isWhole;) {
      const batch = pending.startBatch();
      taken.push(batch.writes.size);
      pending.written(batch);
      ({ isWhole } = batch);
    }
    expect(taken).toEqual([3, 3, 3]);
    expect([pending.size, liveState.usedBytes]).toEqual([0, 0]);
  });

  it("keeps as much of an acknowledgement's detail as fits", () => {
    const pending = new PendingWrites({ liveState: new ByteBudget(250) });
    const failed = { version: 1, status: 'failed' as const, detail: 'x'.repeat(4_096), atMs: 1 };
    for (const id of ['a', 'b']) pending.acknowledged(id, failed);
    const { writes } = pending.startBatch();
    expect(writes.get('a')?.configAck?.detail).toHaveLength(200);
    expect(writes.get('b')?.configAck).toMatchObject({ version: 1, status: 'failed', detail: null });
  });
});
