import { RetentionService } from '@moolai/api';
import type { TestOrchestrator } from '@moolai/testing';
import type pg from 'pg';
import { useController } from '../support/use-controller.js';

const DAY_MS = 86_400_000;

describe('the partitions of samples', () => {
  const controller = useController({ env: { MONITORING_RETENTION_DAYS: '5' } });
  let orchestrator: TestOrchestrator;
  let dump: pg.Client;

  beforeAll(async () => {
    orchestrator = await controller.orchestrator('days-1');
    dump = await controller.database.connect();
  });

  async function days(): Promise<string[]> {
    const rows = await controller.database.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent = 'monitoring_samples'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  function nameOf(daysFromNow: number): string {
    const day = new Date(Date.now() + daysFromNow * DAY_MS).toISOString().slice(0, 10);
    return `monitoring_samples_${day.replaceAll('-', '_')}`;
  }

  function report(daysFromNow: number): Promise<{ message_id: number }> {
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'days-1',
      client_message_id: `day ${daysFromNow}`,
      timestamp: new Date(Date.now() + daysFromNow * DAY_MS).toISOString(),
      metrics: { load: daysFromNow },
    });
    return orchestrator.next('received');
  }

  /** The first steps of pg_dump. */
  async function beginDump(): Promise<void> {
    await dump.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await dump.query('LOCK TABLE monitoring_samples IN ACCESS SHARE MODE');
  }

  it('are created days ahead', async () => {
    expect(await days()).toEqual(expect.arrayContaining([0, 1, 2, 3].map(nameOf)));
  });

  it('are created for a report while a dump reads the table', async () => {
    expect(await days()).not.toContain(nameOf(-2));
    await beginDump();
    await expect(report(-2)).resolves.toMatchObject({ message_id: expect.any(Number) as number });
    await dump.query('COMMIT');
    const indexes = await controller.database.query<{ definition: string }>(
      `SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = '${nameOf(-2)}'::regclass`,
    );
    expect(indexes.map(({ definition }) => definition)).toEqual([
      expect.stringContaining('(instance_id, metric_id, at)') as string,
    ]);
  });

  it('are dropped after a dump, without blocking others in the meantime', async () => {
    await report(-4);
    const old = nameOf(-9);
    await controller.database.query(`CREATE TABLE ${old} PARTITION OF monitoring_samples
      FOR VALUES FROM ('${new Date(Date.now() - 9 * DAY_MS).toISOString()}')
      TO ('${new Date(Date.now() - 8 * DAY_MS).toISOString()}')`);
    await beginDump();
    const retention = controller.nest.get(RetentionService);
    const run = retention.run();
    await expect(report(-3)).resolves.toMatchObject({ message_id: expect.any(Number) as number });
    await expect(run).resolves.toMatchObject({ days: 0 });
    expect(await days()).toContain(old);
    await dump.query('COMMIT');
    await expect(retention.run()).resolves.toMatchObject({ days: 1 });
    expect(await days()).not.toContain(old);
  });
});
