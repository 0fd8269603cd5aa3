import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControllerProcess, freePort, processesOf, TestOrchestrator, waitUntil } from '@moolai/testing';

const ROOT = new URL('../../../../', import.meta.url).pathname;

/** The commands of the drill in docs/operators.md. */
function drillCommands(): string {
  const page = readFileSync(join(ROOT, 'docs/operators.md'), 'utf8');
  const section = page.split('### The drill')[1] ?? '';
  return /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
}

describe('the drill of docs/operators.md: machine and disk are lost, the backup is restored', () => {
  let dir: string;
  let dataDir: string;
  let port: number;
  let controller: ControllerProcess;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-drill-'));
    dataDir = join(dir, 'data');
    port = await freePort();
  });

  afterAll(async () => {
    if (!controller.exit) {
      await controller.stop();
    }
    rmSync(dir, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    controller = new ControllerProcess(port, dataDir, { DEMO_FLEET: '0', MESSAGE_ACK_TIMEOUT_SEC: '2' });
    await controller.untilHealthy();
  }

  async function send(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/internal${path}`, {
      method,
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBeLessThan(300);
  }

  async function connect(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${port}/ws`);
    await orchestrator.register(id, { organization_id: 'org-a', capabilities: ['message_ack'] });
    return orchestrator;
  }

  async function switches(): Promise<Record<string, boolean>> {
    const { items } = await controller.api.listOrchestrators();
    return Object.fromEntries(items.map((one) => [one.orchestrator_id, one.is_independent]));
  }

  // Runs commands, a restore and three starts, each with a whole database.
  it('restores switches, secrets and the audit log, and delivers the messages that were pending', async () => {
    await start();
    for (const id of ['drill-1', 'drill-2']) await (await connect(id)).close();
    await send('PUT', '/orchestrators/drill-2/independence', { is_independent: true, reason: 'on a ship' });
    await send('PATCH', '/orchestrators/drill-1', { database_url: 'postgres://user:hunter2@db/x' });
    for (const n of [1, 2, 3]) {
      await send('POST', '/orchestrators/drill-1/messages', {
        message_type: 'order',
        message_content: { n },
      });
    }
    const before = await switches();
    expect(before).toEqual({ 'drill-1': false, 'drill-2': true });

    const result = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', drillCommands()], {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        CONTROLLER_DATA_DIR: dataDir,
        BACKUPS: join(dir, 'backups'),
        BACKUP_PASSPHRASE: 'correct horse battery',
      },
    });
    expect(result.stderr).not.toContain('restore:');
    expect(result.status).toBe(0);
    await controller.untilExit();
    const [, position, hash] = /audit head (\d+):([0-9a-f]{64})/.exec(result.stdout) ?? [];
    expect(processesOf(dataDir)).toEqual([]);

    await start();
    await expect(switches()).resolves.toEqual(before);
    const again = await connect('drill-1');
    const orders: unknown[] = [];
    while (orders.length < 3) {
      const { message_id, message_content } = await again.next('message');
      orders.push(message_content);
      again.send({ type: 'message_ack', message_id, status: 'delivered' });
    }
    expect(orders).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await waitUntil('all are delivered', async () => {
      const { items } = await controller.api.listMessages();
      return items.length === 3 && items.every(({ status }) => status === 'delivered');
    });
    await expect(controller.api.verifyAudit({ position: Number(position), hash })).resolves.toMatchObject({
      ok: true,
    });
    // The encryption key was restored too: without it the log would report unreadable secrets.
    expect(controller.output).not.toMatch(/cannot be read/);
    await expect(controller.api.getOrchestrator('drill-1')).resolves.toMatchObject({
      database_url: '********',
    });
  }, 180_000);
});
