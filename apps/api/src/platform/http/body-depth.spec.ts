import { assertNotTooDeep } from './body-depth.js';

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

describe('assertNotTooDeep', () => {
  it.each([undefined, null, 'text', 7, [], {}, nested(64)])('lets %j pass', (body) => {
    expect(() => assertNotTooDeep(body)).not.toThrow();
  });

  it.each([65, 100_000])('refuses %d levels', (depth) => {
    expect(() => assertNotTooDeep(nested(depth))).toThrow('nested deeper than 64 levels');
  });
});
