import { spawnSync } from 'node:child_process';
import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { runCommand } from '../support/command.js';

const EMAIL = 'admin@moolai.local';
const OPTIONS = new URL('../../../../tools/start/options.mjs', import.meta.url).pathname;
/** No heartbeats in the meantime, so that the end of the output is deterministic. */
const SLOW = { HEARTBEAT_INTERVAL_SEC: '300', HEARTBEAT_TTL_SEC: '600' };

async function untilGreeted(controller: ControllerProcess): Promise<string> {
  await controller.untilHealthy();
  return waitUntil(
    'it says how to sign in',
    () => /\n {2}Moolai Controller is running[^]*/.exec(controller.output)?.[0],
  );
}

async function login(controller: ControllerProcess, password: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1/internal/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function stop(controller: ControllerProcess): Promise<void> {
  await controller.stop();
}

/** Several starts of a database and commands, on a busy machine. */
const TIMEOUT_MS = 180_000;

describe('the first start', () => {
  const dataDir = newDataDir();
  let made: string;

  it(
    'generates a password, prints it once at the end, and warns about well-known secrets',
    async () => {
      const env = { ...SLOW, CONTROLLER_HOST: '0.0.0.0', DEMO_FLEET: '3' };
      const controller = new ControllerProcess(await freePort(), dataDir, env);
      const greeting = await untilGreeted(controller);
      // It is the end of the output, after everything else.
      expect(greeting.trim()).toMatch(/Ctrl-C stops it\. {2}`npm start -- --quiet` prints warnings only\.$/);
      const above = controller.output.slice(0, controller.output.indexOf('Moolai Controller is running'));
      expect(above.match(/orchestrator registered/g)).toHaveLength(3);

      [, made = ''] = /Sign in {6}admin@moolai\.local \/ ([a-z0-9-]{23})\n/.exec(greeting) ?? [];
      expect(greeting).toContain('This password is shown once. A new one: npm run password');
      expect(controller.output.split(made)).toHaveLength(2);
      await expect(login(controller, made)).resolves.toBe(200);
      await expect(login(controller, 'moolai-dev')).resolves.toBe(403);

      expect(greeting).toContain('these secrets are public: DEV_BEARER_TOKEN, JWT_SECRET.');
      expect(greeting).toContain('CONTROLLER_HOST=127.0.0.1');
      expect(controller.output).toMatch(/WARN.*well-known secrets/);
      const { default_secrets } = await controller.api.getInternalHealth();
      expect(default_secrets).toEqual(['DEV_BEARER_TOKEN', 'JWT_SECRET']);
      // An anonymous caller must not learn which secrets to try.
      const anonymous = await controller.fetch('/api/v1/internal/health');
      expect(anonymous?.body).toMatchObject({ data: { default_secrets: [] } });
      await stop(controller);
    },
    TIMEOUT_MS,
  );

  it(
    'prints no password again, and only the greeting when quiet',
    async () => {
      const controller = new ControllerProcess(await freePort(), dataDir, { ...SLOW, LOG_LEVEL: 'warn' });
      const greeting = await untilGreeted(controller);
      expect(controller.output).toBe(greeting);
      expect(greeting).not.toContain(made);
      expect(greeting).toContain(`${EMAIL} / the password of the first start (a new one: npm run password)`);
      // Only this machine can reach it.
      expect(greeting).not.toContain('WARNING');
      await expect(controller.api.getInternalHealth()).resolves.toMatchObject({
        default_secrets: [],
      });

      const stranger = await runCommand('password', ['nobody@example.com'], { CONTROLLER_DATA_DIR: dataDir });
      expect([stranger.code, stranger.errors]).toEqual([
        1,
        'password: there is no user with the address nobody@example.com\n',
      ]);
      const { code, output, errors } = await runCommand('password', [], { CONTROLLER_DATA_DIR: dataDir });
      expect([code, errors]).toEqual([0, '']);
      const [, renewed = ''] = /^admin@moolai\.local \/ ([a-z0-9-]{23})\n/.exec(output) ?? [];
      await expect(login(controller, renewed)).resolves.toBe(200);
      await expect(login(controller, made)).resolves.toBe(403);
      const { items } = await controller.api.listAuditEntries({ action: 'user.password_changed' });
      expect(items.map(({ actor_kind, actor_name }) => [actor_kind, actor_name])).toEqual([
        ['system', expect.stringMatching(/^password by .+@/)],
      ]);
      await stop(controller);
    },
    TIMEOUT_MS,
  );

  it(
    'warns about the password of older versions until it is changed',
    async () => {
      const olderDir = newDataDir();
      const env = { ...SLOW, CONTROLLER_HOST: '0.0.0.0', DEMO_FLEET: '0', SUPERADMIN_PASSWORD: 'moolai-dev' };
      const secrets = { DEV_BEARER_TOKEN: 'fake-dev-token', JWT_SECRET: 'j'.repeat(40) };
      const older = new ControllerProcess(await freePort(), olderDir, { ...env, ...secrets });
      const greeting = await untilGreeted(older);
      expect(greeting).toContain('these secrets are public: DEV_BEARER_TOKEN, SUPERADMIN_PASSWORD.');
      await expect(older.api.getInternalHealth()).resolves.toMatchObject({
        default_secrets: ['DEV_BEARER_TOKEN', 'SUPERADMIN_PASSWORD'],
      });
      await runCommand('password', [], { CONTROLLER_DATA_DIR: olderDir });
      await expect(older.api.getInternalHealth()).resolves.toMatchObject({
        default_secrets: ['DEV_BEARER_TOKEN'],
      });
      await stop(older);
    },
    TIMEOUT_MS,
  );

  it('says why no password can be set before it', async () => {
    const emptyDir = newDataDir();
    const early = await runCommand('password', [], { CONTROLLER_DATA_DIR: emptyDir });
    expect([early.code, early.errors]).toEqual([
      1,
      'password: there are no accounts yet: start the controller first\n',
    ]);
  });

  it.each([
    [['--quiet'], {}, 'warn'],
    [['--quiet'], { LOG_LEVEL: 'error' }, 'error'],
    [[], {}, 'none'],
  ])('of npm start accepts %j with %j', (args, env, level) => {
    const script = `import { applyOptions } from ${JSON.stringify(OPTIONS)};
      applyOptions(${JSON.stringify(args)}, process.env); console.log(process.env.LOG_LEVEL ?? 'none');`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe(level);
  });
});
