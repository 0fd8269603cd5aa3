import { FakeClock } from '@moolai/testing';
import { ByteBudget } from '../../platform/batching/byte-budget.js';
import type { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { DEFAULT_TIMING } from './gateway-timing.js';
import { RegistrationsUnderWay } from './registrations-under-way.js';

const SIZE = 100;

describe('RegistrationsUnderWay', () => {
  let clock: FakeClock;
  let budget: ByteBudget;
  let underWay: RegistrationsUnderWay;

  function create(timing = {}, bytes = 1_000_000): void {
    clock = new FakeClock();
    budget = new ByteBudget(bytes);
    const budgets = { registrations: budget } as unknown as ByteBudgets;
    underWay = new RegistrationsUnderWay(budgets, clock, { ...DEFAULT_TIMING, ...timing });
  }

  it('admits thousands at once, numbered in their order', () => {
    create();
    const numbers = Array.from({ length: 5_000 }, () => underWay.begin(SIZE));
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
    expect(budget.usedBytes).toBe(5_000 * SIZE);
  });

  it('refuses while the oldest has waited for too long, and admits as soon as it has ended', () => {
    create({ maxRegistrationWaitMs: 2_000 });
    const first = underWay.begin(SIZE) ?? NaN;
    clock.advance(1_500);
    const second = underWay.begin(SIZE) ?? NaN;
    clock.advance(500);
    expect(underWay.begin(SIZE)).toBe(3);
    clock.advance(1);
    expect(underWay.begin(SIZE)).toBeUndefined();
    underWay.end(first, SIZE);
    expect(underWay.begin(SIZE)).toBe(4);
    clock.advance(1_500);
    expect(underWay.begin(SIZE)).toBeUndefined();
    underWay.end(3, SIZE);
    // The second is the oldest now, whatever the order in which others end.
    expect(underWay.begin(SIZE)).toBeUndefined();
    underWay.end(second, SIZE);
    expect(underWay.begin(SIZE)).toBe(5);
  });

  it('does not count the time in which none was in progress', () => {
    create({ maxRegistrationWaitMs: 2_000 });
    underWay.end(underWay.begin(SIZE) ?? NaN, SIZE);
    clock.advance(60_000);
    expect(underWay.begin(SIZE)).toBe(2);
  });

  it('refuses beyond the number and beyond the bytes that may be in progress', () => {
    create({ maxRegistrationsAtOnce: 2 });
    underWay.begin(SIZE);
    const last = underWay.begin(SIZE) ?? NaN;
    expect(underWay.begin(SIZE)).toBeUndefined();
    underWay.end(last, SIZE);
    expect(underWay.begin(SIZE)).toBe(3);
    create({}, SIZE);
    const only = underWay.begin(SIZE) ?? NaN;
    expect(underWay.begin(SIZE)).toBeUndefined();
    underWay.end(only, SIZE);
    expect(budget.usedBytes).toBe(0);
    expect(underWay.begin(SIZE)).toBe(2);
  });
});
