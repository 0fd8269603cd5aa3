import { ByteBudget } from './byte-budget.js';

describe('ByteBudget', () => {
  it('refuses what does not fit, and accepts it once there is room', () => {
    const budget = new ByteBudget(100);
    expect([budget.take(60), budget.take(41), budget.take(40)]).toEqual([true, false, true]);
    expect([budget.usedBytes, budget.refusals]).toEqual([100, 1]);
    budget.give(60);
    expect(budget.take(41)).toBe(true);
    expect(budget.usedBytes).toBe(81);
  });

  it('limits one owner to a share, even if more is free', () => {
    const budget = new ByteBudget(100, 50);
    expect([budget.take(50, 'a'), budget.take(1, 'a'), budget.take(50, 'b')]).toEqual([true, false, true]);
    budget.give(50, 'a');
    expect([budget.take(1, 'b'), budget.take(20, 'a')]).toEqual([false, true]);
    expect(budget.usedBytes).toBe(70);
  });
});
