import { ByteBudget } from './byte-budget.js';
import { UnfinishedInputs } from './unfinished-inputs.js';

describe('unfinished inputs', () => {
  const spared = new Set<string>();
  let budget: ByteBudget;
  let givenUp: string[];
  let inputs: UnfinishedInputs<string>;

  beforeEach(() => {
    spared.clear();
    budget = new ByteBudget(10);
    givenUp = [];
    inputs = new UnfinishedInputs<string>(
      budget,
      (input) => givenUp.push(input),
      (input) => spared.has(input),
    );
  });

  it('drop the one that has waited longest for its next bytes', () => {
    for (const input of ['a', 'b', 'c']) inputs.add(input, 3);
    inputs.add('a', 1);
    expect(givenUp).toEqual([]);
    inputs.add('d', 4);
    expect(givenUp).toEqual(['b', 'c']);
    expect(budget.usedBytes).toBe(8);
  });

  it('are only dropped in favour of each other', () => {
    spared.add('a').add('b');
    inputs.add('a', 5);
    inputs.add('c', 5);
    inputs.add('b', 1);
    expect(givenUp).toEqual(['c']);
    inputs.add('d', 5);
    expect(givenUp).toEqual(['c', 'd']);
    inputs.add('b', 6);
    expect(givenUp).toEqual(['c', 'd', 'a']);
    expect(budget.usedBytes).toBe(7);
  });

  it('cannot be dropped once finished', () => {
    inputs.add('a', 8);
    expect(inputs.finish('a')).toBe(8);
    inputs.add('b', 3);
    expect(givenUp).toEqual(['b']);
    budget.release(8);
    inputs.add('c', 10);
    inputs.end('c');
    expect(budget.usedBytes).toBe(0);
  });
});
