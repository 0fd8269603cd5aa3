import { OwnedNames } from './owned-names.js';

describe('OwnedNames', () => {
  it('counts each name of an owner once', () => {
    const names = new OwnedNames<string>(100);
    names.add('stranger', 'x');
    names.open('a');
    for (const name of ['x', 'y', 'x']) names.add('a', name);
    expect([names.hasOwner('stranger'), names.countOf('a'), names.has('a', 'y')]).toEqual([false, 2, true]);
    names.delete('a', 'y');
    expect([names.countOf('a'), names.has('a', 'y')]).toEqual([1, false]);
  });

  it('drops the least recent owner if there are too many names', () => {
    const names = new OwnedNames<string>(8);
    for (const owner of ['a', 'b', 'c']) {
      names.open(owner);
      for (const name of ['x', 'y']) names.add(owner, name);
    }
    names.touch('a');
    names.trim();
    expect(['a', 'b', 'c'].map((owner) => names.hasOwner(owner))).toEqual([true, false, true]);
  });
});
