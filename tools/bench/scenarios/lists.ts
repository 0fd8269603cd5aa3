import { row, type BenchContext, type Load, type Row } from '../lib/bench-context.ts';
import type { Controller } from '../lib/controller.ts';
import { percentile } from '../lib/stats.ts';

const LIST = '/controller/orchestrators';
const POLLS = 20;
const OVERVIEW = '/controller/overview';
const LIVE = `${LIST}/live`;
const LISTS = [
  `${LIST}`,
  `${LIST}?page=2&page_size=50`,
  `${LIST}?page=1000&page_size=50`,
  `${LIST}?page=2000&page_size=50`,
  `${LIST}?page_size=200`,
  `${LIST}?sort=name`,
  `${LIST}?sort=-name&page=1500`,
  `${LIST}?sort=-created_at`,
  `${LIST}?sort=-last_seen`,
  `${LIST}?organization_id=org-7`,
  `${LIST}?organization_id=org-7&sort=-name&page=10`,
  `${LIST}?status=active`,
  `${LIST}?status=inactive`,
  `${LIST}?status=inactive&page=1000`,
  `${LIST}?status=independent`,
  `${LIST}?label=region%3Dr7`,
  `${LIST}?search=orch-1234`,
  `${LIST}?search=ode%2077`,
  `${LIST}?search=o`,
  `${LIST}?search=node`,
  `${LIST}?sort=-last_seen&page=1000`,
  `${LIST}?sort=-updated_at`,
  `${LIST}?sort=version&page=100`,
  `${LIST}?sort=organization_id&page=1500`,
];

/** Reads of the console with 100,000 rows, 15,000 of them connected and sending heartbeats. */
export async function lists(context: BenchContext): Promise<Row[]> {
  const rows = context.pick(100_000, 20_000);
  const connections = context.pick(15_000, 2_000);
  const count = context.pick(20, 8);
  context.needConnections(connections);
  const controller = await context.controller();
  await fill(controller, rows);
  const load = await context.generator(controller.target, 'orch');
  await load.ask('grow', { count: connections });
  const times: Record<'lists' | 'overview' | 'live' | 'polled', number[]> = {
    lists: [],
    overview: [],
    live: [],
    polled: [],
  };
  await load.ask('measureRequests', { paths: [LIVE], count: POLLS });
  for (let round = 0; round < context.rounds; round += 1) times.polled.push(await polled(load));
  await load.ask('beatSlowly', { intervalMs: 30_000 });
  await context.pause(2_000);
  let slowest = '';
  await load.ask('measureRequests', { paths: [...LISTS, OVERVIEW, LIVE], count: LISTS.length * 3 });
  for (let round = 0; round < context.rounds; round += 1) {
    const { ms, byPath } = await context.profiled(controller, 'lists', () =>
      load.ask('measureRequests', { paths: LISTS, count: LISTS.length * count }),
    );
    times.lists.push(percentile(ms, 0.99));
    slowest = Object.entries(byPath)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 4)
      .map(([path, most]) => `${path.slice(LIST.length) || 'plain'} ${most.toFixed(0)} ms`)
      .join(', ');
    times.overview.push(await p99(load, OVERVIEW, context.pick(300, 50)));
    times.live.push(await p99(load, LIVE, POLLS));
    context.note(
      `lists p99 ${times.lists.at(-1)?.toFixed(1)} ms (${slowest}), overview ${times.overview.at(-1)?.toFixed(1)} ms, ` +
        `live ${times.live.at(-1)?.toFixed(1)} ms, unchanged ${times.polled[round]?.toFixed(1)} ms`,
    );
  }
  await Promise.all([load.stop(), controller.stop()]);
  return [
    row(`lists with ${rows.toLocaleString('en-US')} rows, p99`, times.lists, {
      unit: 'ms',
      target: '≤ 25 ms',
      isMet: (ms) => ms <= 25,
      remark: `${LISTS.length} pages, filters, sorts and searches; slowest: ${slowest}`,
    }),
    row('overview, p99', times.overview, { unit: 'ms', target: '≤ 5 ms', isMet: (ms) => ms <= 5 }),
    row(`live with ${connections.toLocaleString('en-US')}, p99`, times.live, {
      unit: 'ms',
      target: '≤ 100 ms',
      isMet: (ms) => ms <= 100,
    }),
    row('the same with the tag of an unchanged fleet, p99', times.polled, {
      unit: 'ms',
      target: '≤ 2 ms',
      isMet: (ms) => ms <= 2,
      remark: 'none of them sends heartbeats',
    }),
  ];
}

async function p99(load: Load, path: string, count: number): Promise<number> {
  const { ms } = await load.ask('measureRequests', { paths: [path], count });
  return percentile(ms, 0.99);
}

/** Reads the list of connected orchestrators again and again, while nothing changes; the first answer does not count. */
async function polled(load: Load): Promise<number> {
  const { ms } = await load.ask('measureRequests', { paths: [LIVE], count: POLLS + 1, isPolling: true });
  return percentile(ms.slice(1), 0.99);
}

/** In random order, as a fleet grows: active orchestrators are on every page of the table. */
async function fill(controller: Controller, rows: number): Promise<void> {
  await controller.sql(
    `INSERT INTO organizations (organization_id, name)
     SELECT 'org-' || n, 'Organization ' || n FROM generate_series(1, 100) AS n
     UNION ALL SELECT 'org-bench', 'Bench' ON CONFLICT DO NOTHING`,
  );
  await controller.sql(
    `INSERT INTO orchestrator_instances
       (orchestrator_id, organization_id, name, version, labels, last_seen, is_independent)
     SELECT 'orch-' || lpad(n::text, 5, '0'), CASE WHEN n < 15000 THEN 'org-bench' ELSE 'org-' || (n % 100 + 1) END,
       'Node ' || n, '2.' || n % 20, jsonb_build_object('region', 'r' || (n % 50)), now() - n * interval '1 second',
       n >= 15000 AND n % 200 = 0
     FROM generate_series(0, $1::int - 1) AS n ORDER BY hashint4(n)`,
    [rows],
  );
  await controller.sql('VACUUM ANALYZE organizations');
  for (const kind of ['instances', 'directory', 'activity'])
    await controller.sql(`VACUUM ANALYZE orchestrator_${kind}`);
}
