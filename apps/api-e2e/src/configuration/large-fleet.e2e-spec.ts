import { waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const FLEET = 2_000;
const CONNECTED = 40;

describe('a change that affects two thousand orchestrators', () => {
  const controller = useController();
  const { api } = controller;
  const ids = Array.from({ length: FLEET }, (_, index) => `big-${String(index).padStart(4, '0')}`);

  beforeAll(async () => {
    const result = await api.changeFleetConfiguration({
      organizations: { 'org-big': { orchestrators: ids } },
    });
    expect(result).toMatchObject({ pushed: 0, total: FLEET });
    await controller.database.query('CREATE TABLE statements (what text)');
    await controller.database.query(
      `CREATE FUNCTION count_statement() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO statements VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$`,
    );
    for (const on of [
      'INSERT ON orchestrator_config_versions',
      'INSERT ON configuration_revisions',
      // Heartbeats and registrations do not write this column.
      'UPDATE OF config_hash ON orchestrator_instances',
      'UPDATE OF settings ON organizations',
      'UPDATE ON fleet_configuration',
    ]) {
      const [, table] = on.split(' ON ');
      await controller.database.query(
        `CREATE TRIGGER count_${table} AFTER ${on} FOR EACH STATEMENT EXECUTE FUNCTION count_statement()`,
      );
    }
  });

  beforeEach(() => controller.database.query('TRUNCATE statements'));

  async function statements(): Promise<string[]> {
    const rows = await controller.database.query<{ what: string }>('SELECT what FROM statements ORDER BY 1');
    return rows.map(({ what }) => what);
  }

  /** Number of orchestrators at each version. */
  async function versions(): Promise<Record<string, number>> {
    const rows = await controller.database.query<{ version: number; count: number }>(
      `SELECT config_version AS version, count(*)::int AS count FROM orchestrator_instances
       WHERE organization_id = 'org-big' GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ version, count }) => [version, count]));
  }

  it('gives each a version in a bounded number of statements', async () => {
    await expect(
      api.changeOrganizationSettings('org-big', { settings: { features: { a: 1 } } }),
    ).resolves.toEqual({
      organization_id: 'org-big',
      pushed: 0,
      total: FLEET,
    });
    await expect(versions()).resolves.toEqual({ 2: FLEET });
    // Two per thousand, and two for the organization itself.
    await expect(statements()).resolves.toEqual([
      'INSERT configuration_revisions',
      'INSERT orchestrator_config_versions',
      'INSERT orchestrator_config_versions',
      'UPDATE orchestrator_instances',
      'UPDATE orchestrator_instances',
      'UPDATE organizations',
    ]);
    const [row] = await controller.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM orchestrator_config_versions WHERE config_version = 2`,
    );
    expect(row?.count).toBe(FLEET);
  });

  it('writes nothing if nothing differs', async () => {
    await api.changeOrganizationSettings('org-big', { settings: { features: { a: 1 } } });
    await expect(statements()).resolves.toEqual([]);
  });

  it('updates rows changed by plain SQL in few statements when all of them register', async () => {
    const some = ids.slice(0, CONNECTED);
    await controller.database.query(
      `UPDATE organizations SET settings = '{"features":{"by":"sql"}}' WHERE organization_id = 'org-big'`,
    );
    await controller.database.query('TRUNCATE statements');
    const fleet = await Promise.all(some.map(() => controller.connect()));
    for (const [index, orchestrator] of fleet.entries()) {
      orchestrator.send({ type: 'register', orchestrator_id: some[index] });
    }
    for (const orchestrator of fleet) {
      await expect(orchestrator.next('provisioning')).resolves.toMatchObject({
        config_version: 3,
        config: { features: { by: 'sql' } },
      });
    }
    expect((await statements()).length).toBeLessThan(CONNECTED);
  });

  it('loses no heartbeat that arrives meanwhile', async () => {
    const fleet = controller.orchestrators.slice(-CONNECTED);
    let isChanging = true;
    const change = api
      .changeFleetConfiguration({ defaults: { session_config: { max_tokens: 9 } } })
      .finally(() => (isChanging = false));
    while (isChanging) {
      for (const [index, orchestrator] of fleet.entries()) orchestrator.beat(ids[index] as string);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await expect(change).resolves.toMatchObject({ pushed: CONNECTED, total: FLEET });
    for (const orchestrator of fleet) {
      await expect(orchestrator.next('config_update')).resolves.toMatchObject({
        config: { session_config: { max_tokens: 9 } },
      });
    }
    const { items } = await api.listConnectedOrchestrators();
    expect(items).toHaveLength(CONNECTED);
    await waitUntil('the database has every heartbeat', async () => {
      const rows = await controller.database.query<{ orchestrator_id: string; last_seen: Date }>(
        'SELECT orchestrator_id, last_seen FROM orchestrator_instances WHERE last_seen IS NOT NULL',
      );
      const stored = new Map(rows.map((row) => [row.orchestrator_id, row.last_seen.toISOString()]));
      return items.every((item) => stored.get(item.orchestrator_id) === item.last_seen);
    });
    expect(fleet.every((orchestrator) => orchestrator.isOpen)).toBe(true);
    const text = controller.log.text();
    expect(text).not.toContain('heartbeats wait in memory');
    expect(text).not.toContain('deadlock');
  });
});
