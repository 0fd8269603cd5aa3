import { assertBounded } from './body-bounds.js';

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

describe('assertBounded', () => {
  it.each([undefined, null, 'text', 7, [], {}, nested(64)])('accepts %j', (body) => {
    expect(() => assertBounded(body)).not.toThrow();
  });

  it.each([65, 100_000])('refuses %d levels', (depth) => {
    expect(() => assertBounded(nested(depth))).toThrow('nested deeper than 64 levels');
  });

  it('refuses more fields than any body has', () => {
    const fields = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));
    expect(() => assertBounded(fields(200))).not.toThrow();
    expect(() => assertBounded(fields(201))).toThrow('more than 200 fields');
  });
});
