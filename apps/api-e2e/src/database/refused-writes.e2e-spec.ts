import type { ControllerHealth, InternalHealth } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { useControllerPerTest } from '../support/use-controller.js';

describe('health while the database answers but cannot store', () => {
  const controller = useControllerPerTest({ env: { HEARTBEAT_INTERVAL_SEC: '0.1' } });

  async function ready(): Promise<number> {
    return (await controller.anonymous.get('/health/ready')).status;
  }

  async function health(): Promise<InternalHealth> {
    const answer = await controller.anonymous.get('/api/v1/internal/health');
    return (answer.body as { data: InternalHealth }).data;
  }

  it('is degraded while heartbeat batches keep failing', async () => {
    const orchestrator = await controller.orchestrator('full-1');
    await controller.database.query(
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`,
    );
    await controller.database.query(
      `CREATE TRIGGER full_disk BEFORE UPDATE ON orchestrator_instances EXECUTE FUNCTION full_disk()`,
    );
    await waitUntil('it is not ready', async () => {
      orchestrator.beat('full-1');
      return (await health()).heartbeat_writer.consecutive_failures >= 3 && (await ready()) === 503;
    });
    expect((await health()).database).toMatchObject({ status: 'up', write_error: 'could not extend file' });
    const answer = await controller.anonymous.get('/api/v1/controller/health').expect(503);
    expect((answer.body as { data: ControllerHealth }).data).toMatchObject({
      status: 'degraded',
      database: 'up',
      database_writable: false,
    });
    await controller.database.query('DROP TRIGGER full_disk ON orchestrator_instances');
    await waitUntil('it is ready', async () => (await ready()) === 200);
  });
});
