import { MESSAGE_STATUSES, MESSAGE_TRANSITIONS, type MessageStatus } from '@moolai/contracts';
import fc from 'fast-check';
import { MESSAGE_MOVES, statesBefore } from './message-moves.js';

const TO: MessageStatus[] = ['pending', 'sent', 'delivered', 'failed', 'expired', 'cancelled'];
const FROM: MessageStatus[] = ['received', 'acknowledged', 'dismissed'];
const status = fc.constantFrom(...MESSAGE_STATUSES);

describe('the state machine of messages', () => {
  it('matches the contract', () => {
    expect(MESSAGE_TRANSITIONS).toEqual({
      pending: ['sent', 'expired', 'cancelled'],
      sent: ['delivered', 'failed', 'expired'],
      delivered: [],
      failed: [],
      expired: [],
      cancelled: [],
      received: ['acknowledged', 'dismissed'],
      acknowledged: [],
      dismissed: [],
    });
  });

  it('has the same transitions in the table of their causes', () => {
    const moves = MESSAGE_MOVES.map(({ from, to }) => `${from} → ${to}`);
    const transitions = MESSAGE_STATUSES.flatMap((from) =>
      MESSAGE_TRANSITIONS[from].map((to) => `${from} → ${to}`),
    );
    expect(moves.sort()).toEqual(transitions.sort());
  });

  it('names for each state exactly the states that an administrator may set', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        expect(statesBefore(to, 'administrator').includes(from)).toBe(MESSAGE_TRANSITIONS[from].includes(to));
      }),
    );
  });

  it('leads from each open state of a message to an orchestrator to a final one without an administrator', () => {
    for (const from of TO.filter((one) => MESSAGE_TRANSITIONS[one].length > 0)) {
      const automatic = MESSAGE_MOVES.filter((move) => move.from === from).filter(({ by }) =>
        by.some((mover) => mover !== 'administrator'),
      );
      expect(automatic.length).toBeGreaterThan(0);
    }
  });

  it('never returns to a state, never switches direction, and always ends', () => {
    fc.assert(
      fc.property(status, fc.array(fc.nat()), (start, choices) => {
        const path = [start];
        for (const choice of choices) {
          const next = MESSAGE_TRANSITIONS[path.at(-1) ?? start];
          if (next.length === 0) break;
          path.push(next[choice % next.length] ?? start);
        }
        expect(new Set(path).size).toBe(path.length);
        expect(path.every((one) => (TO.includes(start) ? TO : FROM).includes(one))).toBe(true);
        expect(path.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
