import { RetentionService } from '@moolai/api';
import type { MetricSeries, Orchestrator, MetricSeriesQuery } from '@moolai/contracts';
import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const MINUTE_MS = 60_000;

describe('monitoring', () => {
  const controller = useController({
    env: { MONITORING_RETENTION_DAYS: '3', MESSAGE_RETENTION_DAYS: '5' },
  });
  let orchestrator: TestOrchestrator;
  const start = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS;

  beforeAll(async () => {
    orchestrator = await controller.orchestrator('mon-1');
  });

  let serial = 0;

  async function report(more: object): Promise<number> {
    serial += 1;
    const id = `m-${serial}`;
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'mon-1',
      client_message_id: id,
      metrics: {},
      ...more,
    });
    return (await orchestrator.next('received')).message_id;
  }

  function series(query: MetricSeriesQuery): Promise<MetricSeries> {
    return controller.api.getMetricSeries('mon-1', query);
  }

  it('returns series that are down-sampled exactly', async () => {
    for (let minute = 0; minute < 10; minute += 1) {
      for (let sample = 0; sample < 3; sample += 1) {
        const timestamp = new Date(start + minute * MINUTE_MS + sample * 15_000).toISOString();
        await report({ timestamp, metrics: { tokens_per_sec: minute * 100 + sample, constant: 7 } });
      }
    }
    const range = { from: new Date(start).toISOString(), to: new Date(start + 10 * MINUTE_MS).toISOString() };
    const fine = await series({ name: 'tokens_per_sec', step: 60, ...range });
    expect(fine).toMatchObject({ orchestrator_id: 'mon-1', name: 'tokens_per_sec', step: 60, ...range });
    expect(fine.points).toEqual(
      Array.from({ length: 10 }, (_, minute) => ({
        at: new Date(start + minute * MINUTE_MS).toISOString(),
        count: 3,
        avg: minute * 100 + 1,
        min: minute * 100,
        max: minute * 100 + 2,
        p95: null,
      })),
    );
    const coarse = await series({ name: 'constant', step: 600, ...range });
    expect(coarse.points).toEqual([{ at: range.from, count: 30, avg: 7, min: 7, max: 7, p95: 7 }]);
  });

  it('never returns more than a thousand points', async () => {
    const long = await series({
      name: 'constant',
      step: 1,
      from: new Date(start - 86_400_000).toISOString(),
      to: new Date(start + 3_600_000).toISOString(),
    });
    expect(long.step).toBe(90);
    expect(long.points.length).toBeLessThanOrEqual(1_000);
    await expect(series({ name: 'constant' })).resolves.toMatchObject({ step: 30 });
    await expect(series({ name: 'never_reported' })).resolves.toMatchObject({ points: [] });
  });

  it('lists the reported metrics', async () => {
    const { names } = await controller.api.listMetricNames('mon-1');
    expect(names).toEqual(['constant', 'tokens_per_sec']);
    await controller.orchestrator('mon-2');
    await expect(controller.api.listMetricNames('mon-2')).resolves.toMatchObject({
      names: [],
    });
  });

  it.each([
    ['/controller/orchestrators/nobody/metrics?name=x', 404],
    ['/controller/orchestrators/nobody/metrics/names', 404],
    ['/controller/orchestrators/mon-1/metrics', 400],
    ['/controller/orchestrators/mon-1/metrics?name=x&step=0', 400],
    ['/controller/orchestrators/mon-1/metrics?name=x&from=now', 400],
    ['/controller/orchestrators/mon-1/metrics?name=x&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 400],
    ['/controller/orchestrators/mon-1/metrics?name=%00', 400],
    ['/controller/costs?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 400],
  ])('answers %s with %i', async (path, status) => {
    await controller.request('get', path).expect(status);
  });

  it('keeps every digit of money, and counts a repeated report once', async () => {
    const usage = `[{"model":"llama","requests":2,"input_tokens":1000,"output_tokens":200,"cost_usd":0.1},
      {"model":"llama","requests":1,"cost_usd":0.2},{"model":"mixtral","input_tokens":9007199254740991,
      "cost_usd":0.000000000000000001},{"model":"free"}]`;
    const frame = `{"type":"monitoring","orchestrator_id":"mon-1","client_message_id":"usage-1","metrics":{},"usage":${usage}}`;
    for (let times = 0; times < 2; times += 1) {
      orchestrator.send(frame);
      await orchestrator.next('received');
    }
    const costs = await controller.api.getCosts();
    expect(costs.total).toEqual({
      requests: 3,
      input_tokens: 9007199254741991,
      output_tokens: 200,
      cost_usd: '0.300000000000000001',
      unpriced_entries: 1,
    });
    expect(costs.by_model.map(({ model, cost_usd }) => [model, cost_usd])).toEqual([
      ['free', '0'],
      ['llama', '0.3'],
      ['mixtral', '0.000000000000000001'],
    ]);
    expect(costs.by_organization).toMatchObject([{ organization_id: 'org-001', requests: 3 }]);
    expect(costs.by_day).toHaveLength(1);
    const none = await controller.api.getCosts({ organization_id: 'org-none' });
    expect(none.total).toMatchObject({ cost_usd: '0', requests: 0 });
  });

  it('updates health and activity but not last_seen', async () => {
    const view = (): Promise<Orchestrator> => controller.api.getOrchestrator('mon-1');
    const before = await view();
    await report({ health_status: { status: 'degraded', load: 0.9 } });
    await waitUntil('it is written', async () => (await view()).health_status.status === 'degraded');
    expect((await view()).last_seen).toBe(before.last_seen);
    expect((await view()).status).toBe('active');
  });

  it('counts reports with impossible times as now', async () => {
    await report({ timestamp: '1970-01-01T00:00:00Z', metrics: { odd: 1 } });
    await report({ timestamp: '2999-01-01T00:00:00Z', metrics: { odd: 2 } });
    const { points } = await series({ name: 'odd' });
    expect(points.reduce((sum, point) => sum + point.count, 0)).toBe(2);
  });

  it('removes expired samples by the day, and settled messages', async () => {
    const days = (): Promise<{ day: string }[]> =>
      controller.database.query(
        `SELECT relname AS day FROM pg_class WHERE relname LIKE 'monitoring_samples_2%' AND relkind = 'r' ORDER BY 1`,
      );
    await report({ timestamp: new Date(Date.now() - 2.5 * 86_400_000).toISOString(), metrics: { old: 1 } });
    await controller.database.query(
      `CREATE TABLE monitoring_samples_2001_01_01 PARTITION OF monitoring_samples
       FOR VALUES FROM ('2001-01-01') TO ('2001-01-02')`,
    );
    await controller.database.query(
      `INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content, status, direction, created_at, updated_at)
       SELECT 'mon-1', 't', '{}', s, d, '2001-01-01', '2001-01-01' FROM (VALUES ('pending', 'to_orchestrator'),
         ('delivered', 'to_orchestrator'), ('received', 'from_orchestrator')) AS v(s, d), generate_series(1, 6000)`,
    );
    const before = await days();
    const removed = await controller.nest.get(RetentionService).run();
    expect(removed).toEqual({ messages: 12_000, days: 1 });
    expect(await days()).toEqual(before.slice(1));
    const left = await controller.database.query<{ status: string }>(
      `SELECT DISTINCT status FROM orchestrator_messages WHERE created_at < '2002-01-01'`,
    );
    expect(left.map(({ status }) => status).filter((status) => status !== 'sent')).toEqual(['pending']);
    await report({ metrics: { after: 1 } });
  });
});
