import type { LiveEntry } from '../live-state/index.js';
import { Outbox, WINDOW } from './outbox.js';

const TIMEOUT_MS = 1_000;

function outbox(isCongested = false): Outbox {
  const one = new Outbox({ link: { isCongested } } as LiveEntry, TIMEOUT_MS);
  one.mustResume = false;
  return one;
}

function sendAll(one: Outbox, count: number): void {
  for (let id = 1; id <= count; id += 1) one.sent(id, 0);
}

describe('Outbox', () => {
  it('takes no new messages before the unacknowledged ones are sent again', () => {
    const one = outbox();
    expect(one.room).toBe(WINDOW);
    one.mustResume = true;
    expect(one.room).toBe(0);
  });

  it('never exceeds its window, and is refilled half a window at a time', () => {
    const one = outbox();
    sendAll(one, WINDOW);
    expect(one.room).toBe(0);
    for (let id = 1; id < WINDOW / 2; id += 1) one.settle(id, 0);
    expect(one.room).toBe(0);
    one.settle(WINDOW / 2, 0);
    expect(one.room).toBe(WINDOW / 2);
  });

  it('takes nothing for an orchestrator that does not read', () => {
    expect(outbox(true).room).toBe(0);
  });

  it('waits longer each time the oldest stays unacknowledged', () => {
    const one = outbox();
    sendAll(one, 2);
    expect(one.checkDeadline(TIMEOUT_MS - 1)).toBe(false);
    expect(one.checkDeadline(TIMEOUT_MS)).toBe(true);
    expect(one.oldest).toBe(1);
    expect(one.checkDeadline(3 * TIMEOUT_MS - 1)).toBe(false);
    expect(one.checkDeadline(3 * TIMEOUT_MS)).toBe(true);
    expect(one.checkDeadline(7 * TIMEOUT_MS - 1)).toBe(false);
  });

  it('gives the next one its full time when the oldest is settled, and only then', () => {
    const one = outbox();
    sendAll(one, 3);
    one.settle(2, 900);
    expect(one.checkDeadline(TIMEOUT_MS)).toBe(true);
    one.settle(1, 1_500);
    expect(one.mustRetry).toBe(false);
    expect(one.checkDeadline(2_499)).toBe(false);
    expect(one.checkDeadline(2_500)).toBe(true);
    one.settle(3, 2_600);
    expect(one.checkDeadline(1e9)).toBe(false);
  });

  it('remembers recent acknowledgements', () => {
    const one = outbox();
    sendAll(one, 1);
    expect(one.settle(1, 0)).toBe(true);
    expect(one.settle(1, 0)).toBe(false);
    expect(one.wasSettled(1)).toBe(true);
    expect(one.wasSettled(2)).toBe(false);
  });
});
