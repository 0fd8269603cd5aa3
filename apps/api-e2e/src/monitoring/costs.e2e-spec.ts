import { CostsReader } from '@moolai/api';
import type { Costs } from '@moolai/contracts';
import { useController } from '../support/use-controller.js';

const DAY_MS = 86_400_000;
const DAYS = 20;

describe('the costs of a long period', () => {
  const controller = useController({ env: { MONITORING_RETENTION_DAYS: '100' } });
  const to = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - DAYS * DAY_MS);

  beforeAll(async () => {
    await controller.database.query(
      `INSERT INTO usage_entries (message_id, entry, orchestrator_id, organization_id, at, model, requests,
         input_tokens, output_tokens, cost_usd)
       SELECT 1000000 + n, 0, 'costs-' || n % 7, 'org-' || n % 3, $1::timestamptz + n * interval '30 minutes', 'model-' || n % 2,
         n, 10 * n, 100 * n, CASE WHEN n % 5 > 0 THEN n / 1000.0 END
       FROM generate_series(0, $2::int - 1) AS n`,
      [from, DAYS * 48],
    );
  });

  async function rest(): Promise<Costs> {
    return controller.api.getCosts({ from: from.toISOString(), to: to.toISOString() });
  }

  async function inSql(since: Date): Promise<unknown> {
    const [row] = await controller.database.query(
      `SELECT sum(requests)::float8 AS requests, sum(input_tokens)::float8 AS input_tokens,
         sum(output_tokens)::float8 AS output_tokens, trim_scale(sum(cost_usd))::text AS cost_usd,
         (count(*) FILTER (WHERE cost_usd IS NULL))::int AS unpriced_entries
       FROM usage_entries WHERE at >= $1`,
      [since],
    );
    return row;
  }

  it('equal the sums in SQL, by every part', async () => {
    const costs = await rest();
    expect(costs).toMatchObject({ complete: true, covered_from: from.toISOString() });
    expect(costs.total).toEqual(await inSql(from));
    expect(costs.by_day).toHaveLength(DAYS);
    for (const part of [costs.by_day, costs.by_model, costs.by_organization]) {
      expect(part.reduce((sum, { requests }) => sum + requests, 0)).toBe(costs.total.requests);
    }
    const [first] = await controller.database.query<{ requests: number }>(
      `SELECT sum(requests)::int AS requests FROM usage_entries
       WHERE organization_id = 'org-1' AND orchestrator_id = 'costs-1' AND at < $1`,
      [to],
    );
    const own = await controller.api.getCosts({
      from: from.toISOString(),
      to: to.toISOString(),
      organization_id: 'org-1',
      orchestrator_id: 'costs-1',
    });
    expect(own.total.requests).toBe(first?.requests);
  });

  it('are answered in bounded time, and reach further back with each request', async () => {
    const reader = controller.nest.get(CostsReader);
    const filter = {
      from,
      to,
      organizationId: undefined,
      orchestratorId: undefined,
      scope: ['org-0', 'org-1'],
    };
    const begins: string[] = [];
    let costs = await reader.read(filter, 0);
    for (; !costs.complete; costs = await reader.read(filter, 0)) {
      begins.push(costs.covered_from);
      expect(costs.by_day[0]?.day).toBe(costs.covered_from.slice(0, 10));
    }
    expect(begins.length).toBeGreaterThan(2);
    expect(begins).toEqual([...new Set(begins)].sort().reverse());
    const { total } = await reader.read({ ...filter, organizationId: 'org-0' });
    const { total: other } = await reader.read({ ...filter, organizationId: 'org-1' });
    expect(costs.total.requests).toBe(total.requests + other.requests);
  });

  it('include new reports for a day that was already added up', async () => {
    const before = await rest();
    const orchestrator = await controller.orchestrator('costs-new', { organization_id: 'org-1' });
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'costs-new',
      client_message_id: 'late',
      timestamp: new Date(to.getTime() - 2 * DAY_MS).toISOString(),
      metrics: {},
      usage: [{ model: 'model-1', requests: 1_000_000, cost_usd: 0.5 }],
    });
    await orchestrator.next('received');
    expect((await rest()).total.requests).toBe(before.total.requests + 1_000_000);
  });
});
