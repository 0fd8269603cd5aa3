import { IsoTimes } from './iso-times.js';

describe('IsoTimes', () => {
  it('formats as Date does, also after more seconds than it keeps', () => {
    const times = new IsoTimes();
    const first = Date.parse('2026-11-29T19:06:02.007Z');
    for (let index = 0; index < 500; index += 1) {
      const ms = first + index * 777;
      expect(times.format(ms)).toBe(new Date(ms).toISOString());
    }
    expect(times.format(first)).toBe('2026-11-29T19:06:02.007Z');
    expect(times.format(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(times.format(-1)).toBe('1969-12-31T23:59:59.999Z');
  });
});
