import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@moolai/testing';
import { useControllerPerTest } from '../support/use-controller.js';

const SECRETS = {
  database_url: 'postgres://user:hunter2@host/db',
  redis_url: 'redis://:hunter2@host',
  environment_variables: { HF_TOKEN: 'hunter2', EMPTY: '' },
};
const MASKED = {
  database_url: '********',
  redis_url: '********',
  environment_variables: { HF_TOKEN: '********', EMPTY: '********' },
};
const SEALED = expect.stringMatching(/^enc:v1:[0-9a-f]{8}:/) as unknown;

interface Row {
  orchestrator_id: string;
  database_url: string | null;
  redis_url: string | null;
  environment_variables: Record<string, string>;
}

describe('secrets of orchestrators', () => {
  const controller = useControllerPerTest();

  beforeEach(async () => {
    await controller.organization('org-001');
  });

  async function create(id: string, fields: object = SECRETS): Promise<void> {
    await controller.api.createOrchestrator({ orchestrator_id: id, ...fields });
  }

  async function row(id: string): Promise<Row> {
    const [found] = await controller.database.query<Row & Record<string, unknown>>(
      `SELECT orchestrator_id, database_url, redis_url, environment_variables FROM orchestrator_instances
       WHERE orchestrator_id = $1`,
      [id],
    );
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  }

  /** The key of each value; `plain` for an unencrypted one. */
  async function keyIds(id: string): Promise<string[]> {
    const { database_url, redis_url, environment_variables } = await row(id);
    return [database_url, redis_url, ...Object.values(environment_variables)].map(
      (value) => /^enc:v1:([0-9a-f]{8}):/.exec(value ?? '')?.[1] ?? 'plain',
    );
  }

  /** The single key of all secrets of an orchestrator. */
  async function untilUnderOneKey(id: string, other?: string): Promise<string> {
    return waitUntil('everything is under one key', async () => {
      const [first = 'plain', ...rest] = await keyIds(id);
      return first !== 'plain' && first !== other && rest.every((keyId) => keyId === first) && first;
    });
  }

  it('are nowhere in plain text: not in the database, a file, a log, an event or an answer', async () => {
    await create('sec-1');
    const changed = await controller.api.changeOrchestrator('sec-1', {
      ...SECRETS,
      database_url: `${SECRETS.database_url}2`,
    });
    expect(changed).toMatchObject(MASKED);
    await controller.api
      .changeOrchestrator('sec-1', {
        database_url: `hunter2${'x'.repeat(1_000)}`,
        environment_variables: { 'not a name': 'hunter2' },
      })
      .expect(400);
    expect(await row('sec-1')).toMatchObject({
      database_url: SEALED,
      redis_url: SEALED,
      environment_variables: { HF_TOKEN: SEALED, EMPTY: SEALED },
    });
    const seen = [
      await controller.api.getOrchestrator('sec-1'),
      await controller.api.listOrchestrators({ search: 'sec-1' }),
      await controller.api.listActivity(),
      await controller.api.listAuditEntries({ page_size: 200 }),
      await controller.api.getFleetConfiguration(),
    ];
    expect(seen[0]).toMatchObject(MASKED);
    await controller.api.decommissionOrchestrator('sec-1');
    await controller.close();
    const tables = await controller.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => controller.database.query(`SELECT t::text AS text FROM "${name}" AS t`)),
    );
    const files = readdirSync(controller.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(JSON.stringify([seen, changed, rows, files]) + controller.log.text()).not.toContain('hunter2');
    expect(JSON.stringify(rows)).toContain('sec-1');
  });

  it('are readable to the controller only, which detects changes', async () => {
    await create('sec-2');
    await controller.api.changeOrchestrator('sec-2', { ...SECRETS, redis_url: 'redis://other' });
    const { items } = await controller.api.listAuditEntries({ target_id: 'sec-2', page_size: 1 });
    expect(items).toMatchObject([{ before: { redis_url: '********' }, after: { redis_url: '********' } }]);
    expect(Object.keys((items[0] as { after: object }).after)).toEqual(['redis_url']);
    await controller.api.changeOrchestrator('sec-2', { redis_url: null });
    await expect(controller.api.getOrchestrator('sec-2')).resolves.toMatchObject({
      redis_url: null,
    });
    expect(await row('sec-2')).toMatchObject({ redis_url: null, database_url: SEALED });
  });

  it('have a generated key in development, readable by its owner only', async () => {
    await create('sec-3');
    const file = join(controller.dataDir, 'encryption.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, 'utf8');
    const [before] = await keyIds('sec-3');
    await controller.restart();
    expect(readFileSync(file, 'utf8')).toBe(key);
    await create('sec-3b');
    expect((await keyIds('sec-3b'))[0]).toBe(before);
  });

  it('written by plain SQL are encrypted at the next start, one by one', async () => {
    await create('sec-4', { environment_variables: { KEPT: 'hunter2' } });
    const { environment_variables: kept } = await row('sec-4');
    await controller.database.query(
      `UPDATE orchestrator_instances SET database_url = 'postgres://hunter2', redis_url = 'redis://hunter2',
         environment_variables = environment_variables || '{"ADDED": "hunter2", "NUMBER": 5}'
       WHERE orchestrator_id = 'sec-4'`,
    );
    await controller.restart();
    await untilUnderOneKey('sec-4');
    const now = await row('sec-4');
    expect(now.environment_variables['KEPT']).toBe(kept['KEPT']);
    expect(JSON.stringify(now)).not.toContain('hunter2');
    await expect(controller.api.getOrchestrator('sec-4')).resolves.toMatchObject({
      environment_variables: { KEPT: '********', ADDED: '********', NUMBER: '********' },
    });
    await waitUntil('it is told', () =>
      controller.log.messages().includes('secrets were encrypted with the current key'),
    );
    expect(controller.log.text()).not.toContain('hunter2');
  });

  it('are re-encrypted with a new key while the old one is still available, in several batches', async () => {
    const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];
    await controller.restart({ env: { CONTROLLER_ENCRYPTION_KEY: older } });
    await create('sec-5');
    await controller.database.query(
      `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, database_url)
       SELECT 'many-' || n, 'org-001', 'x', 'plain' FROM generate_series(1, 501) AS n`,
    );
    const before = await untilUnderOneKey('sec-5');
    await controller.restart({ env: { CONTROLLER_ENCRYPTION_KEY: `${newer},${older}` } });
    const after = await untilUnderOneKey('sec-5', before);
    await waitUntil('all are', async () => {
      const [left] = await controller.database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM orchestrator_instances WHERE NOT starts_with(database_url, $1)`,
        [`enc:v1:${after}:`],
      );
      return left?.count === 0;
    });
    await controller.restart({ env: { CONTROLLER_ENCRYPTION_KEY: newer } });
    await controller.api.changeOrchestrator('sec-5', SECRETS);
    const { items } = await controller.api.listAuditEntries({ action: 'orchestrator.changed' });
    // They are unchanged only if they can be decrypted.
    expect(items).toEqual([]);
  });

  it('with a lost key do not prevent a start, are reported, and can be set again', async () => {
    await controller.restart({ env: { CONTROLLER_ENCRYPTION_KEY: randomBytes(32).toString('base64') } });
    await create('sec-6');
    const [lost] = await keyIds('sec-6');
    await controller.restart({ env: { CONTROLLER_ENCRYPTION_KEY: randomBytes(32).toString('base64') } });
    await waitUntil('it is told', () => controller.log.text().includes('secrets cannot be read'));
    expect(controller.log.text()).toContain(`"key_ids":["${lost}"]`);
    await expect(controller.api.getOrchestrator('sec-6')).resolves.toMatchObject(MASKED);
    await controller.api.changeOrchestrator('sec-6', SECRETS);
    await untilUnderOneKey('sec-6', lost);
  });

  it('cannot be swapped by writing to the database', async () => {
    await create('sec-7a');
    await create('sec-7b', { ...SECRETS, database_url: 'postgres://other' });
    await controller.database.query(
      `UPDATE orchestrator_instances AS o SET database_url = other.database_url
       FROM orchestrator_instances AS other WHERE o.orchestrator_id <> other.orchestrator_id`,
    );
    await controller.api.changeOrchestrator('sec-7a', { database_url: 'postgres://other' }).answer();
    const { items } = await controller.api.listAuditEntries({ action: 'orchestrator.changed' });
    // If the foreign value had been accepted, nothing would have changed.
    expect(items).toMatchObject([{ target_id: 'sec-7a', after: { database_url: '********' } }]);
    const next = randomBytes(32).toString('base64');
    const file = readFileSync(join(controller.dataDir, 'encryption.key'), 'utf8').trim();
    await controller.restart({ env: { CONTROLLER_ENCRYPTION_KEY: `${next},${file}` } });
    await waitUntil('it is told', () => controller.log.text().includes('secrets cannot be read'));
  });
});
