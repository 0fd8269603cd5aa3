import { MESSAGE_STATUSES, MESSAGE_TRANSITIONS, type MessageStatus } from '@moolai/contracts';
import fc from 'fast-check';
import { isFinal, statesBefore } from './message-state.js';

const TO: MessageStatus[] = ['pending', 'sent', 'delivered', 'failed', 'expired', 'cancelled'];
const FROM: MessageStatus[] = ['received', 'acknowledged', 'dismissed'];
const status = fc.constantFrom(...MESSAGE_STATUSES);

describe('the state machine of messages', () => {
  it('is that of the contract', () => {
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

  it('names for each state exactly those that it may follow', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        expect(statesBefore(to).includes(from)).toBe(MESSAGE_TRANSITIONS[from].includes(to));
      }),
    );
  });

  it('never comes back to a state, never crosses over to the other direction, and always ends', () => {
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

  it('has an end that can be told', () => {
    expect(MESSAGE_STATUSES.filter(isFinal)).toEqual([
      'delivered',
      'failed',
      'expired',
      'cancelled',
      'acknowledged',
      'dismissed',
    ]);
  });
});
