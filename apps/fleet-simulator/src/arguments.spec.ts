import { ArgumentsError, readArguments } from './arguments.js';

describe('readArguments', () => {
  it('has a default for everything', () => {
    expect(readArguments([])).toEqual({
      count: 6,
      urls: ['ws://127.0.0.1:8765/ws'],
      organizations: 3,
      prefix: 'sim',
      monitoringIntervalSec: 10,
      token: undefined,
      seed: 1,
      quiet: false,
    });
  });

  it('reads the given values', () => {
    expect(readArguments(['--count', '50', '--url', 'wss://c/ws', '--quiet'])).toMatchObject({
      count: 50,
      urls: ['wss://c/ws'],
      quiet: true,
    });
  });

  it('reads several addresses', () => {
    expect(readArguments(['--url', 'ws://a/ws, wss://b:1/ws'])?.urls).toEqual(['ws://a/ws', 'wss://b:1/ws']);
  });

  it('returns undefined for --help', () => {
    expect(readArguments(['--help'])).toBeUndefined();
  });

  it.each([
    [['--count', '0'], /--count/],
    [['--count', '1e9'], /--count/],
    [['--url', 'http://c/ws'], /--url/],
    [['--url', 'ws://a/ws,'], /--url/],
    [['--url', 'ws://a/ws,ws://b:99999/ws'], /--url/],
    [['--prefix', 'a b'], /--prefix/],
    [['--nonsense'], /nonsense/],
    [['extra'], /extra/],
  ])('refuses %j by name', (args, message) => {
    expect(() => readArguments(args)).toThrow(ArgumentsError);
    expect(() => readArguments(args)).toThrow(message);
  });
});
