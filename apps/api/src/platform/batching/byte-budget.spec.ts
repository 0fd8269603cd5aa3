import { ByteBudget } from './byte-budget.js';

describe('ByteBudget', () => {
  it('refuses what does not fit, and accepts it once there is room', () => {
    const budget = new ByteBudget(100);
    expect([budget.reserve(60), budget.reserve(41), budget.reserve(40)]).toEqual([true, false, true]);
    expect([budget.usedBytes, budget.refusals]).toEqual([100, 1]);
    budget.release(60);
    expect(budget.reserve(41)).toBe(true);
    expect(budget.usedBytes).toBe(81);
  });

  it('limits one owner to a share, even if more is free', () => {
    const budget = new ByteBudget(100, 50);
    expect([budget.reserve(50, 'a'), budget.reserve(1, 'a'), budget.reserve(50, 'b')]).toEqual([
      true,
      false,
      true,
    ]);
    budget.release(50, 'a');
    expect([budget.reserve(1, 'b'), budget.reserve(20, 'a')]).toEqual([false, true]);
    expect(budget.usedBytes).toBe(70);
  });
});
