import type { Orchestrator, Page } from '@moolai/contracts';
import { TestDatabase } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const FLEET = 3_000;
/**
 * Two of three were active when the controller stopped, so that they count as active until they had time to reconnect.
 */
const IS_ACTIVE = 'n % 3 > 0';
const IS_INDEPENDENT = 'n % 10 = 0';
/** None of them is in memory's sets, however these are passed to the database. */
const INDEPENDENT = FLEET / 10;

const isActive = (n: number): boolean => n % 3 > 0 && n % 10 > 0;
const idOf = (n: number): string => `fleet-${String(n).padStart(5, '0')}`;
const NUMBERS = Array.from({ length: FLEET }, (_, index) => index + 1);
const ACTIVE = NUMBERS.filter(isActive).map(idOf);
const INACTIVE = NUMBERS.filter((n) => !isActive(n) && n % 10 > 0).map(idOf);

describe('lists of a fleet with thousands in memory', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.close();
    await fill(controller.database);
    // They count as active for a TTL; listing on a busy machine takes longer than the default.
    await controller.reopen({ env: { HEARTBEAT_TTL_SEC: '3600' } });
  });

  const list = (query: string): Promise<Page<Orchestrator>> =>
    controller.get<Page<Orchestrator>>(`/controller/orchestrators?${query}`);

  async function everyPage(query: string): Promise<string[]> {
    const ids: string[] = [];
    for (let page = 1; ; page += 1) {
      const { items, total } = await list(`${query}&page_size=200&page=${page}`);
      ids.push(...items.map(({ orchestrator_id }) => orchestrator_id));
      if (items.length === 0) {
        expect(ids).toHaveLength(total);
        return ids;
      }
    }
  }

  it('include each once by status, with exact totals', async () => {
    await expect(everyPage('status=active')).resolves.toEqual(ACTIVE);
    await expect(everyPage('status=inactive')).resolves.toEqual(INACTIVE);
    await expect(list('status=independent')).resolves.toMatchObject({ total: INDEPENDENT });
    await expect(list('status=error')).resolves.toMatchObject({ total: 0, items: [] });
  });

  it.each([
    'name',
    '-created_at',
    'version',
    '-last_seen',
    'last_activity',
    '-updated_at',
    'organization_id',
  ])('are paged within a status by %s, in both directions', async (sort) => {
    const ids = await everyPage(`status=active&sort=${sort}`);
    expect([...ids].sort()).toEqual(ACTIVE);
    const opposite = sort.startsWith('-') ? sort.slice(1) : `-${sort}`;
    await expect(everyPage(`status=active&sort=${opposite}`)).resolves.toEqual([...ids].reverse());
  });

  it.each([
    ['search=SITE%2012', (n: number) => `site ${n}`.includes('site 12')],
    ['search=fleet', () => true],
    ['search=%0A', () => false],
    ['search=7%0Asite', () => false],
    ['organization_id=org-1&status=inactive', (n: number) => n % 4 === 1 && !isActive(n) && n % 10 > 0],
    ['version=2.3&sort=-last_seen', (n: number) => n % 7 === 3],
    ['label=region%3Dr4&sort=updated_at', (n: number) => n % 5 === 4],
    ['label=region%3Dr4&config_status=pending&sort=-name', (n: number) => n % 5 === 4],
    ['quarantined=true', (n: number) => n % 50 === 0],
    ['connected=true', () => false],
  ])('can be filtered by %s', async (query, matches: (n: number) => boolean) => {
    const ids = await everyPage(query);
    expect([...ids].sort()).toEqual(NUMBERS.filter(matches).map(idOf));
  });

  it('have correct facets', async () => {
    const facets = await controller.api.countOrchestrators();
    expect(facets).toMatchObject({
      total: FLEET,
      statuses: {
        active: ACTIVE.length,
        inactive: INACTIVE.length,
        independent: INDEPENDENT,
        error: 0,
      },
      links: { connected: 0, disconnected: FLEET },
      admissions: { admitted: FLEET - FLEET / 50, quarantined: FLEET / 50 },
      config_statuses: { pending: FLEET },
    });
    expect(facets.labels).toHaveLength(5);
    expect(facets.labels.every(({ count }) => count === FLEET / 5)).toBe(true);
    expect(facets.versions).toHaveLength(7);
    const active = await controller.api.countOrchestrators({ status: 'active' });
    expect(active).toMatchObject({ total: ACTIVE.length, statuses: facets.statuses });
  });

  it('do not count a later one as active, and match letters in any case', async () => {
    await controller.database.query(
      `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name)
       VALUES ('newest', 'org-1', 'Große Ödnis Σ')`,
    );
    await expect(list('status=inactive&search=newest')).resolves.toMatchObject({ total: 1 });
    await expect(list('status=active&search=newest')).resolves.toMatchObject({ total: 0 });
    for (const search of ['GROßE öDNIS', 'ödnis σ', 'NEWEST'])
      await expect(list(`search=${encodeURIComponent(search)}`)).resolves.toMatchObject({ total: 1 });
  });
});

async function fill(database: TestDatabase): Promise<void> {
  await database.query(
    `INSERT INTO organizations (organization_id, name) SELECT 'org-' || n, 'Org ' || n FROM generate_series(0, 3) AS n`,
  );
  await database.query(
    `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, version, labels, last_seen,
       last_activity, quarantined_at, status, is_independent)
     SELECT 'fleet-' || lpad(n::text, 5, '0'), 'org-' || n % 4, 'Site ' || n, '2.' || n % 7,
       jsonb_build_object('region', 'r' || n % 5), CASE WHEN n % 6 > 0 THEN now() - n % 100 * interval '1 minute' END,
       CASE WHEN n % 8 = 0 THEN now() - n * interval '1 minute' END, CASE WHEN n % 50 = 0 THEN now() END,
       CASE WHEN ${IS_ACTIVE} THEN 'active' ELSE 'inactive' END, ${IS_INDEPENDENT}
     FROM generate_series(1, ${FLEET}) AS n ORDER BY hashint4(n)`,
  );
}
