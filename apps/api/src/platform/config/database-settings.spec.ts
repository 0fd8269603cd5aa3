import { passwordOf } from '../database/connection.js';
import { loadStorageSettings, SettingsError } from './settings.js';

/** The settings of an external database, with its current password. */
function read(env: Record<string, string>): Record<string, unknown> {
  const { database } = loadStorageSettings(env);
  if (database.mode === 'embedded') return database;
  const { mode, host, port, hosts, user, database: name, ssl } = database;
  return { mode, host, port, hosts, user, password: passwordOf(database), database: name, ssl };
}

describe('the database settings', () => {
  it("accept a provider's URL", () => {
    expect(read({ DATABASE_URL: 'postgresql://u%40x:p%3Ass%25@db.example.com:6543/fleet%20one' })).toEqual({
      mode: 'external',
      host: 'db.example.com',
      port: 6543,
      user: 'u@x',
      password: 'p:ss%',
      database: 'fleet one',
      ssl: false,
    });
    expect(read({ DATABASE_URL: 'postgres://[::1]/fleet', DATABASE_PASSWORD: 'apart' })).toMatchObject({
      host: '::1',
      port: 5432,
      user: 'moolai',
      password: 'apart',
    });
    expect(read({ DATABASE_URL: 'postgres:///fleet?host=/run/postgresql' })).toMatchObject({
      host: '/run/postgresql',
    });
  });

  it('accept a URL with several hosts and ports', () => {
    const DATABASE_URL = 'postgres://u:p%2C@a:5433,b,[::1]:6000,[::2]/fleet?sslmode=disable';
    expect(read({ DATABASE_URL })).toEqual({
      mode: 'external',
      host: 'a',
      port: 5433,
      hosts: [
        { host: 'a', port: 5433 },
        { host: 'b', port: 5432 },
        { host: '::1', port: 6000 },
        { host: '::2', port: 5432 },
      ],
      user: 'u',
      password: 'p,',
      database: 'fleet',
      ssl: false,
    });
    expect(read({ DATABASE_URL: 'postgres://u@a,b:5433/fleet', DATABASE_PASSWORD: 'apart' })).toMatchObject({
      hosts: [
        { host: 'a', port: 5432 },
        { host: 'b', port: 5433 },
      ],
      password: 'apart',
    });
  });

  it.each([
    'mysql://u:hunter2@db/fleet',
    'jdbc:postgresql://u:hunter2@db/fleet',
    'postgres://u:hunter2@db',
    'postgres://u:hunter2@/fleet',
    'postgres://u:hunter2@db:99999/fleet',
    'postgres://u:hunter2@db:port/fleet',
    'postgres://u:hunter2@a,,b/fleet',
    'postgres://u:hunter2@a:5432,b:0/fleet',
    'postgres://u:hunter2@a:5432,b:x/fleet',
    'postgres://u:hunter2@a:5432,[::1/fleet',
    'postgres://u:hunter2%@db/fleet',
    'postgres://u:hun@ter2@db/fleet',
    'postgres://u:hunter2@db/fleet?schema=public',
    'postgres://u:hunter2@db/fleet?sslmode=no-verify',
    'db/fleet?password=hunter2',
  ])('refuse the URL %s without showing its password', (DATABASE_URL) => {
    expect(() => read({ DATABASE_URL })).toThrow(SettingsError);
    expect(() => read({ DATABASE_URL })).toThrow(/^DATABASE_(URL|SSL) ((?!hunter2).)*$/);
  });

  it.each([
    [{ DATABASE_PORT: '5432' }, 'DATABASE_PORT'],
    [{ DATABASE_SSL: 'verify-full' }, 'DATABASE_SSL'],
    [{ DATABASE_HOST: 'db', DATABASE_SSL: 'prefer' }, 'DATABASE_SSL'],
    [{ DATABASE_HOST: 'db', DATABASE_SSL_CA: '/ca.pem' }, 'DATABASE_SSL must be set'],
    [{ DATABASE_HOST: 'db', DATABASE_SSL: 'verify-ca' }, 'DATABASE_SSL_CA must be set'],
    [{ DATABASE_HOST: 'db', DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: '/none.pem' }, 'DATABASE_SSL_CA'],
    [{ DATABASE_HOST: 'db', DATABASE_SSL: 'require', DATABASE_SSL_KEY: '-----BEGIN' }, 'DATABASE_SSL_CERT'],
    [{ DATABASE_HOST: '/run/postgresql', DATABASE_SSL: 'require' }, 'Unix socket'],
    [{ DATABASE_HOST: 'db', DATABASE_PASSWORD_FILE: '/dev/null' }, 'DATABASE_PASSWORD_FILE'],
    [{ DATABASE_URL: 'postgres://db/a', DATABASE_HOST: 'db' }, 'DATABASE_HOST'],
    [{ DATABASE_URL: 'postgres://u:p@db/a', DATABASE_PASSWORD: 'p' }, 'DATABASE_PASSWORD'],
    [{ DATABASE_URL: 'postgres://db/a?sslmode=require', DATABASE_SSL: 'require' }, 'DATABASE_SSL'],
    [{ DATABASE_HOST: 'db', DATABASE_NAME: 'postgres://u:p@db/a' }, 'DATABASE_NAME'],
    [{ DATABASE_HOST: 'u:p@db' }, 'DATABASE_HOST'],
    [{ DATABASE_HOST: 'host=db password=p' }, 'DATABASE_HOST'],
  ])('refuse %j, and name the variable', (env, words) => {
    expect(() => read(env as Record<string, string>)).toThrow(SettingsError);
    expect(() => read(env as Record<string, string>)).toThrow(words);
  });

  it('default to the embedded database', () => {
    expect(read({ DATABASE_HOST: '', DATABASE_SSL: 'disable' })).toEqual({ mode: 'embedded' });
  });
});
