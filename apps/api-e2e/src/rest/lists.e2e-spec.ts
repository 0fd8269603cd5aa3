import { wrong } from '@moolai/testing';
import type { Orchestrator, Page } from '@moolai/contracts';
import { useController } from '../support/use-controller.js';

describe('lists', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name, is_active, status)
       VALUES ('org-a', 'Alpha', true, 'active'), ('org-b', 'Beta 100%', false, 'inactive')`,
    );
    await controller.database.query(
      `INSERT INTO orchestrator_instances
         (orchestrator_id, organization_id, name, labels, last_seen, is_independent, database_url, redis_url, environment_variables)
       SELECT 'list-' || lpad(n::text, 3, '0'), CASE WHEN n % 2 = 0 THEN 'org-a' ELSE 'org-b' END, 'Node ' || n,
         jsonb_build_object('region', CASE WHEN n % 3 = 0 THEN 'eu' ELSE 'us' END) ||
           CASE WHEN n = 7 THEN '{"gpu":"h100"}' ELSE '{}' END::jsonb,
         CASE WHEN n = 1 THEN NULL ELSE timestamptz '2026-01-01' + n * interval '1 minute' END,
         n = 10, 'postgres://user:hunter2@db/x', 'redis://:hunter2@cache', '{"API_KEY":"hunter2"}'
       FROM generate_series(1, 120) AS n`,
    );
    await controller.orchestrator('list-002', { version: '9.9.9' });
    await controller.database.query(
      `UPDATE orchestrator_instances SET config_ack_version = config_version,
         config_ack_status = CASE orchestrator_id WHEN 'list-003' THEN 'applied' ELSE 'failed' END
       WHERE orchestrator_id IN ('list-003', 'list-004')`,
    );
    await controller.database.query(
      `UPDATE orchestrator_instances SET quarantined_at = now() WHERE orchestrator_id = 'list-004'`,
    );
  });

  function list(query: string): Promise<Page<Orchestrator>> {
    return controller.get<Page<Orchestrator>>(`/controller/orchestrators?${query}`);
  }

  async function ids(query: string): Promise<string[]> {
    return (await list(query)).items.map((item) => item.orchestrator_id);
  }

  it('have pages of fifty by default, and the total of all', async () => {
    const first = await list('');
    expect(first).toMatchObject({ total: 120, page: 1, page_size: 50 });
    expect(first.items).toHaveLength(50);
    const last = await list('page=3');
    expect(last.items).toHaveLength(20);
    expect((await list('page=4')).items).toEqual([]);
    expect((await list('page_size=200')).items).toHaveLength(120);
  });

  it('page without losing or repeating one', async () => {
    const seen: string[] = [];
    for (let page = 1; page <= 12; page += 1)
      seen.push(...(await ids(`sort=-name&page_size=10&page=${page}`)));
    expect(new Set(seen).size).toBe(120);
  });

  it('sort both ways, with orchestrators never seen as the oldest', async () => {
    expect((await ids('sort=-last_seen&page_size=200')).at(-1)).toBe('list-001');
    expect((await ids('sort=last_seen&page_size=1'))[0]).toBe('list-001');
    expect((await ids('sort=-orchestrator_id&page_size=1'))[0]).toBe('list-120');
    expect(await ids('sort=created_at&page_size=200')).toHaveLength(120);
  });

  it.each(['created_at', 'last_seen', 'name'])(
    'sort by -%s in exactly the reverse order, including ties',
    async (field) => {
      const forwards = await ids(`sort=${field}&page_size=200`);
      expect(await ids(`sort=-${field}&page_size=200`)).toEqual(forwards.toReversed());
    },
  );

  it.each([
    ['organization_id=org-a', 60],
    ['label=gpu', 1],
    ['label=region%3Deu', 40],
    ['label=region%3Dmars', 0],
    ['status=independent', 1],
    ['status=active', 1],
    ['status=error', 0],
    ['status=inactive', 118],
    ['version=9.9.9', 1],
    ['version=1.2.3', 0],
    ['config_status=pending', 118],
    ['config_status=applied', 1],
    ['config_status=failed', 1],
    ['connected=true', 1],
    ['connected=false', 119],
    ['quarantined=true', 1],
    ['quarantined=false', 119],
    ['search=LIST-01', 10],
    ['search=node%2012', 2],
    ['search=%25', 0],
    ['search=_', 0],
    ['search=%5C', 0],
    ['organization_id=org-a&status=inactive&label=region%3Deu&search=list-0', 16],
  ])('can be filtered by %s', async (query, total) => {
    expect((await list(query)).total).toBe(total);
  });

  it('count orchestrators by facet, each without its own filter', async () => {
    const facets = await controller.api.countOrchestrators({ organization_id: 'org-a', status: 'inactive' });
    expect(facets).toEqual({
      total: 58,
      statuses: { active: 1, independent: 1, inactive: 58, error: 0 },
      links: { connected: 0, disconnected: 58 },
      admissions: { admitted: 57, quarantined: 1 },
      config_statuses: { applied: 0, failed: 1, pending: 57 },
      organizations: [
        { value: 'org-b', count: 60 },
        { value: 'org-a', count: 58 },
      ],
      versions: [],
      labels: [
        { value: 'region=us', count: 38 },
        { value: 'region=eu', count: 20 },
      ],
    });
    const versions = await controller.api.countOrchestrators({ search: 'list-002' });
    expect(versions).toMatchObject({ total: 1, links: { connected: 1, disconnected: 0 } });
    expect(versions.versions).toEqual([{ value: '9.9.9', count: 1 }]);
  });

  it('refuse an invalid boolean filter, and a page of facets', async () => {
    await controller.api.listOrchestrators({ connected: wrong('perhaps') }).expect(400);
    await controller.request('get', '/controller/orchestrators/facets?page=2').expect(400);
  });

  it("show an orchestrator's connection when it is requested individually", async () => {
    const connected = await controller.api.getOrchestrator('list-002');
    expect(connected.connection).toEqual({
      connected_at: expect.stringMatching(/Z$/) as string,
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      remote_address: expect.stringContaining('127.0.0.1') as string,
      instance_id: expect.stringMatching(/-[0-9a-f]{6}$/) as string,
    });
    const other = await controller.api.getOrchestrator('list-003');
    expect(other.connection).toBeNull();
  });

  it('never show a secret, which is masked in an individual answer', async () => {
    const response = await controller.api.listOrchestrators({ page_size: 200 }).expect(200);
    expect(response.text).not.toContain('hunter2');
    expect(response.text).not.toMatch(/database_url|redis_url|environment_variables/);
    const single = await controller.api.getOrchestrator('list-003').expect(200);
    expect(single.text).not.toContain('hunter2');
    expect(single.data.database_url).toBe(single.data.redis_url);
    expect(single.data.environment_variables).toEqual({ API_KEY: single.data.database_url });
  });

  it('have every field of the contract in each item', async () => {
    const [item] = (await list('search=list-003')).items;
    expect(Object.keys(item ?? {})).toEqual(
      expect.arrayContaining(
        `orchestrator_id,organization_id,organization_name,name,status,is_independent,connected,last_seen,
        last_activity,health_status,features,session_config,privacy_mode,internal_url,image_name,container_id,
        phoenix_endpoint,monitoring_enabled,admin_email,support_email,website,labels,version,status_reason,
        independence_source,config_version,reported_config_version,created_at,updated_at`.split(/,\s*/),
      ),
    );
  });

  it('contain organizations with the number of their orchestrators', async () => {
    const { items, total } = await controller.api.listOrganizations({ sort: '-name' });
    expect(total).toBe(2);
    expect(
      items.map(({ organization_id, orchestrator_count }) => [organization_id, orchestrator_count]),
    ).toEqual([
      ['org-b', 60],
      ['org-a', 60],
    ]);
    const found = await controller.api.listOrganizations({ search: '100%' });
    expect(found.items.map((item) => item.organization_id)).toEqual(['org-b']);
    await expect(controller.api.getOrganization('org-b')).resolves.toMatchObject({
      is_active: false,
      orchestrator_count: 60,
      settings: {},
    });
  });

  it('show connected orchestrators without a database query', async () => {
    const live = await controller.api.listConnectedOrchestrators();
    expect(live.total).toBe(1);
    expect(live.items[0]).toEqual({
      orchestrator_id: 'list-002',
      organization_id: 'org-a',
      status: 'active',
      is_independent: false,
      connected_at: expect.stringMatching(/Z$/) as string,
      last_seen: expect.stringMatching(/Z$/) as string,
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      remote_address: expect.stringContaining('127.0.0.1') as string,
      instance_id: expect.stringMatching(/-[0-9a-f]{6}$/) as string,
    });
  });
});
