import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, SettingsError } from './settings.js';

describe('REDIS_URL', () => {
  it('reads every part', () => {
    expect(loadSettings({ REDIS_URL: 'rediss://ada:p%40ss%3A@cache.example:6380/3' }).redis).toEqual({
      host: 'cache.example',
      port: 6_380,
      tls: true,
      username: 'ada',
      password: 'p@ss:',
      database: 3,
    });
  });

  it.each([
    ['redis://cache', 'cache'],
    ['redis://cache/', 'cache'],
    ['redis://[::1]', '::1'],
  ])('uses the defaults for %s', (text, host) => {
    expect(loadSettings({ REDIS_URL: text }).redis).toEqual({
      host,
      port: 6_379,
      tls: false,
      username: undefined,
      password: undefined,
      database: 0,
    });
  });

  it('is read from the file that REDIS_URL_FILE names', () => {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-redis-url-'));
    writeFileSync(join(dir, 'url'), 'redis://:secret@cache:7000\n');
    const { redis } = loadSettings({ REDIS_URL_FILE: join(dir, 'url') });
    rmSync(dir, { recursive: true });
    expect(redis).toMatchObject({ host: 'cache', port: 7_000, password: 'secret' });
  });

  it.each([
    'cache:6379',
    'http://:secret@cache',
    'redis://',
    'redis://:secret@cache:0',
    'redis://:secret@cache:70000',
    'redis://:secret@cache/two',
    'redis://:secret@cache/0/1',
    'redis://:secret%zz@cache',
    'redis://:secret@cache?family=6',
    'redis://:sec#ret@cache',
  ])('refuses %s without its value', (text) => {
    const load = (): unknown => loadSettings({ REDIS_URL: text });
    expect(load).toThrow(SettingsError);
    expect(load).toThrow(/^REDIS_URL (must|has)(?!.*(secret|cache:6379))/);
  });
});
