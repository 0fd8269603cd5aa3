import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../nx.mjs';
import { findRedis, howToInstall } from './redis.mjs';

interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** `npm start` with a PATH that has nothing; it must not come to a build. */
function start(...args: string[]): Result {
  const options = { cwd: root, env: { PATH: '/nowhere' }, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, ['tools/start/start.mjs', ...args], options);
}

describe('npm start -- --instances', () => {
  it('says in one line what to install without a Redis, before it builds', () => {
    const { status, stdout, stderr } = start('--instances', '3');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^npm start: several instances need a Redis, and there is no redis-server or valkey-server in the PATH: .*, or set REDIS_URL\n$/,
    );
  });

  it.each(['0', '10', 'two', '-1', ''])('refuses the number %p', (number) => {
    const { status, stderr } = start(`--instances=${number}`);
    expect(status).toBe(2);
    expect(stderr).toContain(`--instances must be a number from 1 to 9, not '${number}'`);
  });

  it('is in the help', () => {
    const { status, stdout } = start('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--instances');
  });
});

describe('the Redis of the PATH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moolai-path-'));
  const PATH = `/nowhere:${folder}`;

  const add = (...programs: string[]): void => {
    for (const program of programs) {
      writeFileSync(join(folder, program), '');
      chmodSync(join(folder, program), 0o755);
    }
  };

  afterEach(() => {
    for (const program of ['redis-server', 'valkey-server', 'brew', 'apt-get', 'apk'])
      rmSync(join(folder, program), { force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is redis-server, or valkey-server without one', () => {
    expect(findRedis({ PATH })).toBeUndefined();
    add('valkey-server');
    expect(findRedis({ PATH })).toBe(join(folder, 'valkey-server'));
    add('redis-server');
    expect(findRedis({ PATH })).toBe(join(folder, 'redis-server'));
  });

  it('is not a file that cannot be executed', () => {
    add('redis-server');
    chmodSync(join(folder, 'redis-server'), 0o644);
    expect(findRedis({ PATH })).toBeUndefined();
  });

  it.each([
    ['brew', 'install it (brew install redis), or set REDIS_URL'],
    ['apt-get', 'install it (sudo apt-get install redis-server), or set REDIS_URL'],
    ['apk', 'install it (sudo apk add redis), or set REDIS_URL'],
  ])('is installed with %s where there is one', (installer, words) => {
    expect(howToInstall({ PATH })).toContain('install Redis or Valkey, or set REDIS_URL');
    add(installer);
    expect(howToInstall({ PATH })).toContain(words);
  });
});
