import fc from 'fast-check';
import { SharedEventIds } from './shared-event-ids.js';

const SECRET = 'a secret of this test';

describe('SharedEventIds', () => {
  it('decodes the ids of every controller with the same secret', () => {
    const position = fc.record({
      generation: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      number: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
    });
    fc.assert(
      fc.property(position, (one) => {
        const id = new SharedEventIds([SECRET]).idOf(one);
        expect(new SharedEventIds([SECRET]).positionOf(id)).toEqual(one);
      }),
    );
  });

  it('decodes the ids that were made with the previous secret', () => {
    const position = { generation: 1_764_000_000_000, number: 7 };
    const id = new SharedEventIds([SECRET]).idOf(position);
    expect(new SharedEventIds(['a new one', SECRET]).positionOf(id)).toEqual(position);
    expect(new SharedEventIds(['a new one']).positionOf(id)).toBeUndefined();
  });

  it('hides the position: ids of consecutive events have no beginning in common', () => {
    const ids = new SharedEventIds([SECRET]);
    const beginnings = Array.from({ length: 50 }, (_, number) =>
      ids.idOf({ generation: 1, number }).slice(0, 8),
    );
    expect(new Set(beginnings).size).toBe(50);
  });

  it.each(['', '7', 'rubbish', 'f'.repeat(32), 'F'.repeat(32), `${'0'.repeat(31)}g`])('rejects %j', (id) => {
    expect(new SharedEventIds([SECRET]).positionOf(id)).toBeUndefined();
  });

  it('rejects ids from which no stream resumes', () => {
    const ids = new SharedEventIds([SECRET]);
    expect(ids.unknown()).toMatch(/^[0-9a-f]{32}$/);
    expect(ids.positionOf(ids.unknown())).toBeUndefined();
  });
});
