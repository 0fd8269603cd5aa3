import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectDatabase, createLogger, loadSettings } from '@moolai/api';
import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { CertificateAuthority } from '../support/certificates.js';
import { databaseEnv, runCommand, type CommandResult } from '../support/command.js';
import { TlsPostgres } from '../support/tls-postgres.js';

const SECRET = 'p@ss:w/rd?#%';
/** Several starts of processes that wait for many others. */
const PATIENCE_MS = 180_000;

describe('a database with TLS', () => {
  let postgres: TlsPostgres;
  let dataDir: string;
  let ca: string;

  beforeAll(async () => {
    postgres = await TlsPostgres.start();
    dataDir = newDataDir();
    ca = join(dataDir, 'ca.pem');
    writeFileSync(ca, postgres.authority.cert);
    await postgres.query(`CREATE ROLE secured LOGIN CREATEDB PASSWORD '${SECRET}'`);
    await postgres.query('CREATE DATABASE secured OWNER secured');
  });

  afterAll(async () => {
    ControllerProcess.killLeftovers();
    await postgres.stop();
  });

  function env(more: Record<string, string> = {}, host = 'localhost'): Record<string, string> {
    const connection = { ...postgres.admin, host, user: 'secured', password: SECRET, database: 'secured' };
    return { ...databaseEnv(connection), CONTROLLER_DATA_DIR: dataDir, ...more };
  }

  function url(query: string, password = encodeURIComponent(SECRET)): Record<string, string> {
    const text = `postgres://secured:${password}@localhost:${postgres.admin.port}/secured${query}`;
    return { DATABASE_URL: text, CONTROLLER_DATA_DIR: dataDir };
  }

  const migrate = (variables: Record<string, string>): Promise<CommandResult> =>
    runCommand('migrate', [], variables);

  /** Connects like a start, in this process; returns the error, if any. */
  async function attempt(variables: Record<string, string>): Promise<string> {
    try {
      const { database } = loadSettings(variables);
      if (database.mode === 'embedded') return 'embedded';
      const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
      await (await connectDatabase(database, logger)).destroy();
      return 'connected';
    } catch (error) {
      const { message } = error as Error;
      expect(message.split('\n')).toHaveLength(1);
      expect(message).not.toContain(SECRET);
      expect(message).not.toContain(encodeURIComponent(SECRET));
      return message;
    }
  }

  it(
    'is used with TLS by every connection of a controller and its commands, with verify-full',
    async () => {
      await postgres.admit('hostnossl secured all all reject');
      const variables = env({ DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: ca });
      const controller = new ControllerProcess(await freePort(), dataDir, {
        ...variables,
        LOG_FORMAT: 'json',
      });
      await controller.untilHealthy();
      const rows = await postgres.query<{ name: string; ssl: boolean }>(
        `SELECT application_name AS name, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE datname = 'secured'`,
      );
      expect(new Set(rows.map(({ name }) => name.split(' ')[0]))).toEqual(
        new Set(['moolai-controller', 'moolai-controller-listener']),
      );
      expect(rows.every(({ ssl }) => ssl)).toBe(true);
      const out = join(dataDir, 'backups');
      const backup = await runCommand('backup', ['--out', out, '--verify'], variables);
      expect(backup).toMatchObject({ code: 0, errors: '' });
      expect(await runCommand('audit-verify', [], variables)).toMatchObject({ code: 0 });
      controller.signal('SIGTERM');
      expect(await controller.untilExit()).toMatchObject({ code: 0 });
      expect(controller.output).not.toContain(SECRET);
      // Without the setting the server refuses, and one line says what to set.
      const refused = await migrate(env());
      expect(refused).toMatchObject({ code: 1, output: '' });
      expect(refused.errors).toMatch(/^migrate: .* only with TLS: set DATABASE_SSL .*\n$/);
      expect(refused.errors).not.toContain(SECRET);
      await postgres.admit();
    },
    PATIENCE_MS,
  );

  it(
    'is trusted as far as each mode requires',
    async () => {
      const other = new CertificateAuthority('Another one').cert;
      const wrong = join(dataDir, 'other.pem');
      writeFileSync(wrong, other);
      const accepted: Record<string, string>[] = [
        env({ DATABASE_SSL: 'require' }),
        env({ DATABASE_SSL: 'verify-ca', DATABASE_SSL_CA_FILE: ca }, '127.0.0.1'),
        env({
          DATABASE_SSL: 'verify-full',
          DATABASE_SSL_CA: postgres.authority.cert.replaceAll('\n', '\\n'),
        }),
        url(`?sslmode=verify-full&sslrootcert=${ca}`),
        url('?sslmode=require&application_name=x'),
      ];
      for (const variables of accepted) expect(await attempt(variables)).toBe('connected');
      const refused: [Record<string, string>, string][] = [
        [
          env({ DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: ca }, '127.0.0.1'),
          'not for this DATABASE_HOST',
        ],
        [env({ DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: wrong }), 'unknown authority'],
        [env({ DATABASE_SSL: 'verify-full' }), 'set DATABASE_SSL_CA'],
        [env({ DATABASE_SSL: 'verify-ca', DATABASE_SSL_CA: wrong }), 'unknown authority'],
        [url(`?sslmode=verify-full&sslrootcert=${wrong}`), 'unknown authority'],
      ];
      for (const [variables, words] of refused) expect(await attempt(variables)).toContain(words);
      await postgres.present('localhost', ['20', '21']);
      expect(await attempt(env({ DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: ca }))).toContain(
        'not valid now',
      );
      await postgres.withoutTls();
      expect(await attempt(env({ DATABASE_SSL: 'require' }))).toContain('does not speak TLS');
      await postgres.present('localhost');
    },
    PATIENCE_MS,
  );

  it(
    'may require a client certificate, which is read again for each connection',
    async () => {
      await postgres.admit('hostssl secured secured all cert');
      const [cert, key] = [join(dataDir, 'client.pem'), join(dataDir, 'client.key')];
      const stranger = new CertificateAuthority('A stranger').issue('secured');
      const known = postgres.authority.issue('secured');
      const variables = env({ DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: ca });
      expect(await attempt(variables)).toContain('set DATABASE_SSL_CERT and DATABASE_SSL_KEY');
      writeFileSync(cert, known.cert);
      writeFileSync(key, stranger.key);
      const withCertificate = { ...variables, DATABASE_SSL_CERT: cert, DATABASE_SSL_KEY: key };
      expect(await attempt(withCertificate)).toContain(
        'DATABASE_SSL_KEY is not the key of DATABASE_SSL_CERT',
      );
      writeFileSync(key, known.key);
      const controller = new ControllerProcess(await freePort(), dataDir, {
        ...withCertificate,
        LOG_FORMAT: 'json',
      });
      await controller.untilHealthy();
      const serials = async (): Promise<string[]> => {
        const rows = await postgres.query<{ serial: string }>(
          `SELECT DISTINCT client_serial::text AS serial FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
         WHERE datname = 'secured'`,
        );
        return rows.map(({ serial }) => serial);
      };
      const [before] = await serials();
      const renewed = postgres.authority.issue('secured');
      writeFileSync(cert, renewed.cert);
      writeFileSync(key, renewed.key);
      await postgres.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'secured'`,
      );
      await waitUntil('all connections have the new certificate', async () => {
        const present = await serials();
        return present.length === 1 && present[0] !== before;
      });
      controller.signal('SIGTERM');
      expect(await controller.untilExit()).toMatchObject({ code: 0 });
      await postgres.admit();
    },
    PATIENCE_MS,
  );

  it(
    'is found by DATABASE_URL, which is refused if it is incomplete, contradictory or unknown',
    async () => {
      const file = join(dataDir, 'url');
      writeFileSync(file, url('')['DATABASE_URL'] ?? '');
      const fromFile = { DATABASE_URL_FILE: file, CONTROLLER_DATA_DIR: dataDir };
      expect(await migrate(fromFile)).toMatchObject({ code: 0, errors: '' });
      const production = {
        NODE_ENV: 'production',
        JWT_SECRET: 'x'.repeat(40),
        SUPERADMIN_PASSWORD: 'of the superadmin',
      };
      const refused: [Record<string, string>, string][] = [
        [{ ...url(''), DATABASE_NAME: 'other' }, 'DATABASE_NAME must not both say the same'],
        [url('', SECRET), 'DATABASE_URL must have the form postgres://'],
        [url('?pgbouncer=true'), 'the parameter pgbouncer, which is not supported'],
        [url('?sslmode=prefer'), 'must be one of disable, require, verify-ca, verify-full'],
      ];
      for (const [variables, words] of refused) expect(await attempt(variables)).toContain(words);
      // These once started the embedded database in production, or logged a password.
      const silent: [Record<string, string>, string][] = [
        [{ DATABASE_USER: 'secured' }, 'does nothing without DATABASE_HOST or DATABASE_URL'],
        [env({ DATABASE_HOST: url('')['DATABASE_URL'] ?? '' }), 'DATABASE_HOST must not be a URL'],
      ];
      for (const [variables, words] of silent) {
        const controller = new ControllerProcess(await freePort(), dataDir, { ...variables, ...production });
        expect(await controller.untilExit()).toMatchObject({ code: 1 });
        expect(controller.errors).toContain(words);
        expect(controller.errors + controller.output).not.toContain(encodeURIComponent(SECRET));
      }
    },
    PATIENCE_MS,
  );

  it(
    'is not affected by PGSSLMODE and similar variables, nor is an embedded one',
    async () => {
      const hostile = {
        PGSSLMODE: 'require',
        PGSSLNEGOTIATION: 'direct',
        PGOPTIONS: '-c search_path=nowhere',
        PGPASSWORD: SECRET,
        PGHOST: 'elsewhere',
      };
      await postgres.admit('hostnossl secured all all reject');
      const { errors } = await migrate(env(hostile));
      expect(errors).toContain('only with TLS: set DATABASE_SSL');
      await postgres.admit();
      const { errors: noPassword } = await migrate(env({ ...hostile, DATABASE_PASSWORD: '' }));
      expect(noPassword).toContain('DATABASE_PASSWORD must be set');
      const embedded = newDataDir();
      const controller = new ControllerProcess(await freePort(), embedded, { DEMO_FLEET: '0', ...hostile });
      await controller.untilHealthy();
      expect(controller.output).toContain('PGSSLMODE');
      expect(controller.output).not.toContain(SECRET);
      controller.signal('SIGTERM');
      expect(await controller.untilExit()).toMatchObject({ code: 0 });
    },
    PATIENCE_MS,
  );
});
