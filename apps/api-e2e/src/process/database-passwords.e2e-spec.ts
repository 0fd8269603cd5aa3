import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { databaseEnv, runCommand } from '../support/command.js';
import { ServerRole } from '../support/server-roles.js';

const PATIENCE_MS = 60_000;

describe.each(['DATABASE_PASSWORD_FILE', 'DATABASE_URL_FILE'])('a password from %s', (variable) => {
  let role: ServerRole;
  let dataDir: string;
  let file: string;
  let controller: ControllerProcess;

  beforeAll(async () => {
    role = await ServerRole.create('CREATEDB');
    dataDir = newDataDir();
    file = join(dataDir, 'secret');
    keep('the first one');
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...environment(),
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'info',
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    ControllerProcess.killLeftovers();
    await role.drop();
  });

  function environment(): Record<string, string> {
    if (variable === 'DATABASE_URL_FILE') return { DATABASE_URL_FILE: file };
    return { ...databaseEnv(role.connection), DATABASE_PASSWORD: '', DATABASE_PASSWORD_FILE: file };
  }

  /** Writes a password where the controller reads it. */
  function keep(password: string): void {
    const { host, port, user, database } = role.connection;
    const url = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
    writeFileSync(file, `${variable === 'DATABASE_URL_FILE' ? url : password}\n`);
  }

  /** Uses a connection of each kind. */
  async function untilWhole(): Promise<void> {
    await waitUntil(
      `everything is connected again; it said ${controller.output}`,
      async () => {
        const ready = await controller.fetch('/health/ready');
        const names = await role.sessions();
        const listeners = names.filter((name) => name === 'moolai-controller-listener');
        const holdsLock = names.some((name) => name.startsWith('moolai-controller '));
        return ready?.status === 200 && listeners.length === 3 && holdsLock;
      },
      PATIENCE_MS,
    );
    await controller.api.listOrganizations();
  }

  it('is read again when the server has another one, before or after the file', async () => {
    // The server first: until the file follows, requests are told to retry.
    await role.setPassword('the second one');
    await role.endSessions();
    await waitUntil('requests are refused', async () => {
      const answer = await controller.fetch('/api/v1/controller/organizations', 'fake-dev-token');
      expect([200, 503]).toContain(answer?.status);
      return answer?.status === 503;
    });
    await waitUntil('it is not ready', async () => (await controller.fetch('/health/ready'))?.status === 503);
    keep('the second one');
    await untilWhole();
    // The file first: the old one is valid until the server refuses it.
    keep('the third one');
    await role.endSessions();
    await untilWhole();
    await role.setPassword('the third one');
    await role.endSessions();
    await untilWhole();
    expect(controller.output.match(/the password of the database was read again/g)).toHaveLength(2);
    expect(controller.output).not.toMatch(/the (first|second|third) one/);
    // A command reads it at its start.
    expect(await runCommand('migrate', [], environment())).toMatchObject({ code: 0 });
    controller.signal('SIGTERM');
    expect(await controller.untilExit()).toMatchObject({ code: 0 });
  }, 180_000);
});
