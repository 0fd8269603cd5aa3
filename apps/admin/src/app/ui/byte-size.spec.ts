import { byteSize } from './byte-size';

describe('byteSize', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [48_213, '48.2 kB'],
    [999_999, '1.0 MB'],
    [123_456_789, '123 MB'],
    [5e15, '5000 TB'],
  ])('formats %i as "%s"', (bytes, words) => {
    expect(byteSize(bytes)).toBe(words);
  });
});
