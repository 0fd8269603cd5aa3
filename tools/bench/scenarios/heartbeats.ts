import { setTimeout as delay } from 'node:timers/promises';
import { connectDatabase, createLogger, EmbeddedPostgres } from '../../../apps/api/dist/index.js';
import { Child } from '../lib/child.ts';
import { onCleanup } from '../lib/cleanup.ts';
import { row, type BenchContext, type Load, type Row } from '../lib/bench-context.ts';
import type { Beaten } from '../generator/heartbeats.ts';
import type { LiteralActions } from '../servers/literal.ts';
import { temporaryDir, type Controller } from '../lib/controller.ts';
import { cpuSecondsOfFamily, parentOf } from '../lib/process-stats.ts';
import { median } from '../lib/stats.ts';

const LITERAL = new URL('../servers/literal.ts', import.meta.url).pathname;
/** A connection may send 1,000 frames at once and 100 a second after that. */
const REFILL_MS = 3_000;
const LINE = '[2026-01-01 00:00:00] INFO: [C-OCS] Processing heartbeat from orchestrator bench-00000\n';
const LOG_LOOK_MS = 10;
const LOG_PATIENCE_MS = 30_000;

/** What a heartbeat costs, and how many are worked off. */
interface Cost {
  us: number;
  perSec: number;
}

interface Literal {
  beat: () => Promise<Cost & { databaseUs: number }>;
  stop: () => Promise<void>;
}

/** Heartbeats in bursts: the bare server, the controller and the literal design in turn, round by round. */
export async function heartbeats(context: BenchContext): Promise<Row[]> {
  const connections = context.pick(2_000, 500);
  const frames = 250;
  context.needConnections(connections);
  const bare = await context.bare();
  const bareLoad = await context.generator(bare.target);
  await bareLoad.ask('grow', { count: connections, registers: false });
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: connections });
  const literal = await startLiteral(context, connections);

  const rounds = noFigures();
  const rates = noFigures();
  const databaseUs: number[] = [];
  // The first one of each warms up and does not count.
  for (let round = 0; round <= context.rounds; round += 1) {
    const one = await beat(context, bare.pid, () => bareLoad.ask('burst', { frames }));
    const measure = (): Promise<Cost> =>
      beat(context, controller.pid, () => loggedBurst(controller, load, frames));
    const two = round === 0 ? await measure() : await context.profiled(controller, 'heartbeats', measure);
    const three = await literal.beat();
    await context.pause(REFILL_MS);
    if (round === 0) continue;
    context.note(
      `burst: bare ${one.us.toFixed(2)} µs, controller ${two.us.toFixed(2)} µs, literal ${three.us.toFixed(0)} µs`,
    );
    rounds.bare.push(one.us);
    rounds.ours.push(two.us);
    rounds.literal.push(three.us);
    databaseUs.push(three.databaseUs);
    rates.bare.push(one.perSec);
    rates.ours.push(two.perSec);
    rates.literal.push(three.perSec);
  }
  await Promise.all([bareLoad.stop(), load.stop(), bare.stop(), controller.stop(), literal.stop()]);
  const ratios = rounds.ours.map((us, index) => us / (rounds.bare[index] ?? NaN));
  const times = rates.ours.map((perSec, index) => perSec / (rates.literal[index] ?? NaN));
  const each = (values: number[]): string => `${median(values).toFixed(2)} µs`;
  return [
    row('CPU of a heartbeat in bursts', ratios, {
      unit: '× bare ws',
      target: '≤ 2.0 ×',
      isMet: (ratio) => ratio <= 2,
      remark: `${connections} connections × ${frames}; bare ${each(rounds.bare)}, controller ${each(rounds.ours)}, log included`,
    }),
    row('heartbeats/s against the literal design', times, {
      unit: '×',
      target: '≥ 100 ×',
      isMet: (ratio) => ratio >= 100,
      remark:
        `controller ${Math.round(median(rates.ours)).toLocaleString('en-US')}/s, literal ${Math.round(median(rates.literal)).toLocaleString('en-US')}/s; ` +
        `a literal one costs ${Math.round(median(rounds.literal))} µs and ${Math.round(median(databaseUs))} µs of PostgreSQL`,
    }),
  ];
}

/** A figure of each server, by round. */
function noFigures(): Record<'bare' | 'ours' | 'literal', number[]> {
  return { bare: [], ours: [], literal: [] };
}

/** A heartbeat is worked off when its line is in the log; not one may be missing. */
async function loggedBurst(controller: Controller, load: Load, frames: number): Promise<Beaten> {
  const before = controller.logBytes;
  const startMs = performance.now();
  const { heartbeats: count } = await load.ask('burst', { frames });
  const expected = before + count * LINE.length;
  while (controller.logBytes < expected) {
    if (performance.now() - startMs > LOG_PATIENCE_MS)
      throw new Error('lines of heartbeats are missing in the log');
    await delay(LOG_LOOK_MS);
  }
  return { elapsedMs: performance.now() - startMs, heartbeats: count };
}

async function beat(context: BenchContext, pid: number, work: () => Promise<Beaten>): Promise<Cost> {
  const { cpuSec, result } = await context.cpuUntilQuiet(pid, work);
  return { us: (cpuSec / result.heartbeats) * 1e6, perSec: result.heartbeats / (result.elapsedMs / 1000) };
}

/** The literal design on a PostgreSQL of its own that has the controller's tables. */
async function startLiteral(context: BenchContext, connections: number): Promise<Literal> {
  const postgres = new EmbeddedPostgres({ dataDir: temporaryDir() });
  const forget = onCleanup(() => postgres.stop());
  const connection = await postgres.start();
  const dataSource = await connectDatabase(
    connection,
    createLogger({ logLevel: 'error', logFormat: 'json' }),
  );
  await dataSource.query(`INSERT INTO organizations (organization_id, name) VALUES ('org-bench', 'Bench')`);
  await dataSource.query(
    `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name)
     SELECT 'bench-' || lpad(n::text, 5, '0'), 'org-bench', 'Bench' FROM generate_series(0, $1::int - 1) AS n`,
    [connections],
  );
  const [{ pid }] = await dataSource.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
  const postmaster = parentOf(pid);
  const child = new Child<LiteralActions>([LITERAL]);
  const port = await child.ask('listen', { database: connection });
  const load = await context.generator({ host: '127.0.0.1', port, path: '/ws' });
  await load.ask('grow', { count: connections, registers: false });
  let total = 0;
  return {
    beat: async () => {
      const databaseBefore = cpuSecondsOfFamily(postmaster);
      const startMs = performance.now();
      const { cpuSec } = await context.cpuOf(child.pid, async () => {
        const { heartbeats: count } = await load.ask('burst', { frames: 1 });
        total += count;
        await child.ask('until', { count: total });
      });
      const databaseSec = cpuSecondsOfFamily(postmaster) - databaseBefore;
      return {
        us: (cpuSec / connections) * 1e6,
        databaseUs: (databaseSec / connections) * 1e6,
        perSec: connections / ((performance.now() - startMs) / 1000),
      };
    },
    stop: async () => {
      await load.stop();
      await child.stop();
      await dataSource.destroy();
      await postgres.stop();
      forget();
    },
  };
}
