import type { FleetEvent } from '@moolai/contracts';
import fc from 'fast-check';
import { ByteBudget } from '../../platform/batching/byte-budget.js';
import { EventBuffer } from './event-buffer.js';

function event(number: number): FleetEvent {
  return {
    id: String(number),
    type: 'orchestrator.changed',
    at: new Date(number * 1000).toISOString(),
    organization_id: null,
    orchestrator_id: null,
    actor: 'system',
    summary: '',
    data: {},
  };
}

function filled(capacity: number, count: number): EventBuffer {
  const buffer = new EventBuffer(capacity, new ByteBudget(1_000_000));
  for (let number = 0; number < count; number += 1) buffer.push(event(number));
  return buffer;
}

const ids = (events: Iterable<FleetEvent> | undefined): number[] | undefined =>
  events && [...events].map(({ id }) => Number(id));

describe('EventBuffer', () => {
  it('keeps the newest events in order, whatever the numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60 }), (capacity, count) => {
        const first = Math.max(0, count - capacity);
        const expected = Array.from({ length: count - first }, (_, index) => first + index);
        const buffer = filled(capacity, count);
        expect(ids(buffer.newestFirst())).toEqual(expected.toReversed());
        expect(ids(buffer.since(first))).toEqual(expected);
      }),
    );
  });

  it('returns later events, and undefined if some of them were dropped', () => {
    const buffer = filled(5, 12);
    expect(ids(buffer.since(9))).toEqual([9, 10, 11]);
    expect(ids(buffer.since(12))).toEqual([]);
    expect(buffer.since(6)).toBeUndefined();
    expect(buffer.since(13)).toBeUndefined();
  });

  it('drops events older than the limit', () => {
    const buffer = filled(10, 10);
    buffer.dropBefore(event(7).at);
    expect(ids(buffer.newestFirst())).toEqual([9, 8, 7]);
  });

  it('drops the oldest event when the bytes are used up, and reports the gap', () => {
    const budget = new ByteBudget(3_000);
    const buffer = new EventBuffer(10, budget);
    for (let number = 0; number < 4; number += 1) buffer.push(event(number));
    expect(budget.usedBytes).toBe(1_600);
    const data = { reason: 'y'.repeat(500) };
    buffer.push({ ...event(4), type: 'orchestrator.quarantined', summary: 'x'.repeat(1_000), data });
    expect(ids(buffer.newestFirst())).toEqual([4, 3, 2]);
    expect(buffer.since(1)).toBeUndefined();
    expect(ids(buffer.since(2))).toEqual([2, 3, 4]);
    expect(budget.usedBytes).toBe(2 * 400 + 400 + 1_000 + 32 + 500);
    buffer.dropBefore(event(9).at);
    expect([budget.usedBytes, budget.refusals]).toEqual([0, 0]);
  });
});
