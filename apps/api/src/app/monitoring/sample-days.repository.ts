import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

const DAY_MS = 86_400_000;
const PREFIX = 'monitoring_samples_';

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

function partitionOf(dayMs: number): string {
  return PREFIX + new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '_');
}

/** Creating a day takes a lock that only manual maintenance holds for long. */
const MAKE_TIMEOUT = '5s';
/** Queries behind a pending drop wait for its lock, so it must give up quickly. */
const DROP_TIMEOUT = '200ms';
/** SQLSTATE of a lock timeout. */
const NOT_AVAILABLE = '55P03';

/** The partitions of `monitoring_samples`, one per day. */
@Injectable()
export class SampleDaysRepository {
  private readonly known = new Set<number>();
  /** One at a time, so that no day is created twice. */
  private making: Promise<void> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {}

  /** Creates missing partitions for samples of these moments. Outside of a transaction, because it locks the table. */
  async ensure(momentsMs: number[]): Promise<void> {
    const days = [...new Set(momentsMs.map(startOfDay))];
    if (days.every((day) => this.known.has(day))) return;
    const made = this.making.then(() => this.make(days.filter((day) => !this.known.has(day))));
    this.making = made.catch(() => undefined);
    await made;
  }

  /** Creates missing partitions for this moment and the following days. */
  async prepare(now: Date, daysAhead: number): Promise<void> {
    const nowMs = now.getTime();
    await this.ensure(Array.from({ length: daysAhead + 1 }, (_, index) => nowMs + index * DAY_MS));
  }

  /**
   * Drops partitions of days before `before`; returns their number. One in use, for example by a dump, stays until the
   * next time.
   */
  async dropBefore(before: Date): Promise<number> {
    const first = partitionOf(startOfDay(before.getTime()));
    const old = (await this.names()).filter((name) => name.startsWith(PREFIX) && name < first);
    let dropped = 0;
    for (const name of old) if (await this.drop(name)) dropped += 1;
    if (dropped > 0) this.known.clear();
    return dropped;
  }

  /** Another instance dropped a partition: the cache is outdated. */
  forget(): void {
    this.known.clear();
  }

  /** Creates a table and attaches it, because `PARTITION OF` would wait for all readers of the parent. */
  private async make(days: number[]): Promise<void> {
    if (days.length === 0) return;
    const names = new Set(await this.names());
    const missing = days.filter((day) => !names.has(partitionOf(day)));
    if (missing.length > 0) {
      await this.dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL lock_timeout = '${MAKE_TIMEOUT}'`);
        await manager.query(missing.map(toMake).join(';'));
      });
    }
    for (const day of days) this.known.add(day);
  }

  private async drop(name: string): Promise<boolean> {
    try {
      await this.dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL lock_timeout = '${DROP_TIMEOUT}'`);
        await manager.query(`DROP TABLE IF EXISTS ${name}`);
      });
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === NOT_AVAILABLE) return false;
      throw error;
    }
  }

  private async names(): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'monitoring_samples'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }
}

function toMake(day: number): string {
  const [from, to] = [new Date(day).toISOString(), new Date(day + DAY_MS).toISOString()];
  const name = partitionOf(day);
  return `CREATE TABLE ${name} (LIKE monitoring_samples INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);
    ALTER TABLE monitoring_samples ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`;
}

/** Samples to be stored, as columns. */
export interface SampleColumns {
  instanceIds: number[];
  metricIds: number[];
  atMs: number[];
  values: number[];
}

/** Stores samples in one statement, within the caller's transaction. */
export async function insertSamples(manager: EntityManager, columns: SampleColumns): Promise<void> {
  if (columns.values.length === 0) return;
  await manager.query(
    `INSERT INTO monitoring_samples (instance_id, metric_id, at, value)
     SELECT i, m, to_timestamp(t / 1000.0), v
     FROM unnest($1::int[], $2::int[], $3::float8[], $4::float8[]) AS s(i, m, t, v)`,
    [columns.instanceIds, columns.metricIds, columns.atMs, columns.values],
  );
}
