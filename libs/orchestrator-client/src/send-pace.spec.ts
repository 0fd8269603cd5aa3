import { SendPace } from './send-pace.js';

describe('SendPace', () => {
  let nowMs: number;
  let pace: SendPace;

  beforeEach(() => {
    nowMs = 0;
    pace = new SendPace({ burst: 10, perSec: 100 }, () => nowMs);
  });

  function takeAll(): number {
    let count = 0;
    while (count < 1_000 && pace.reserve() === 0) count += 1;
    return count;
  }

  it('allows a burst at once, then a fixed rate', () => {
    expect(takeAll()).toBe(10);
    expect(pace.reserve()).toBe(10);
    nowMs = 50;
    expect(takeAll()).toBe(5);
  });

  it('saves up no more than one burst', () => {
    nowMs = 1e9;
    expect(takeAll()).toBe(10);
  });

  it('allows nothing during a pause', () => {
    pace.pause(5_000);
    expect(pace.reserve()).toBe(5_010);
    nowMs = 5_000;
    expect(takeAll()).toBe(0);
    nowMs = 5_100;
    expect(takeAll()).toBe(10);
  });
});
