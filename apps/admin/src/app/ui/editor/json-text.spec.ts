import { isSameJson, keysOfPointer, parseObject, prettyJson, refusedPlaces } from './json-text';

describe('the text of a document', () => {
  it('has sorted keys, so that differences are in the content', () => {
    expect(prettyJson({ b: { d: 1, c: [2, { z: 1, y: 1 }] }, a: null })).toBe(
      JSON.stringify({ a: null, b: { c: [2, { y: 1, z: 1 }], d: 1 } }, null, 2),
    );
    expect(isSameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(isSameJson({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });

  it('is an object, or has an error', () => {
    expect(parseObject('{"a":1}')).toEqual({ value: { a: 1 } });
    expect(parseObject('[1]')).toEqual({ problem: 'Must be a JSON object: { … }' });
    expect(parseObject('{"a":[{"id":7615917337495251231}]}')).toEqual({
      problem: expect.stringMatching(/^a\.0\.id: the number 7615917337495251231 would become/) as string,
    });
    expect(parseObject('{')).toEqual({ problem: expect.stringMatching(/^Invalid JSON: /) as string });
  });

  it('is addressed by keys that may contain slashes', () => {
    expect(keysOfPointer('/features/a~1b/~0c')).toEqual(['features', 'a/b', '~c']);
  });
});

describe('an error of the API', () => {
  const document = { defaults: { features: { 'max.tokens': 5 } }, schemas: {} };

  it('is marked at its place in the document, also below a prefix and with dots in a key', () => {
    const fields = [{ field: 'features.max.tokens', detail: 'must be <= 4' }];
    expect(refusedPlaces(fields, document, ['defaults'])).toEqual([
      { path: ['defaults', 'features', 'max.tokens'], message: 'must be <= 4' },
    ]);
  });

  it('is marked at the nearest existing place', () => {
    const fields = [{ field: 'schemas.features.type', detail: 'unknown' }];
    expect(refusedPlaces(fields, document)[0]?.path).toEqual(['schemas']);
    expect(refusedPlaces([{ field: 'config', detail: 'too large' }], document)[0]?.path).toEqual([]);
  });
});
