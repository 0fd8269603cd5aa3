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

/** The partitions of `monitoring_samples`: one a day, made when it is first written to. */
@Injectable()
export class SampleDaysRepository {
  private readonly known = new Set<number>();

  constructor(private readonly dataSource: DataSource) {}

  /** Makes sure that samples of these moments have a place. Outside of a transaction, since it locks the table. */
  async ensure(momentsMs: number[]): Promise<void> {
    const days = new Set(momentsMs.map(startOfDay));
    for (const day of days) {
      if (this.known.has(day)) continue;
      const [from, to] = [new Date(day).toISOString(), new Date(day + DAY_MS).toISOString()];
      await this.dataSource.query(
        `CREATE TABLE IF NOT EXISTS ${partitionOf(day)} PARTITION OF monitoring_samples
         FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
      this.known.add(day);
    }
  }

  /** Removes whole days that ended before `before`; gives how many. */
  async dropBefore(before: Date): Promise<number> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'monitoring_samples'::regclass ORDER BY 1`,
    );
    const first = partitionOf(startOfDay(before.getTime()));
    const old = rows.map(({ name }) => name).filter((name) => name.startsWith(PREFIX) && name < first);
    for (const name of old) await this.dataSource.query(`DROP TABLE IF EXISTS ${name}`);
    if (old.length > 0) this.known.clear();
    return old.length;
  }

  /** A partition was dropped by somebody else: what was known of them is out of date. */
  forget(): void {
    this.known.clear();
  }
}

/** Samples to be stored, a column each. */
export interface SampleColumns {
  instanceIds: number[];
  metricIds: number[];
  atMs: number[];
  values: number[];
}

/** Writes samples in one statement, within a transaction of the caller's. */
export async function insertSamples(manager: EntityManager, columns: SampleColumns): Promise<void> {
  if (columns.values.length === 0) return;
  await manager.query(
    `INSERT INTO monitoring_samples (instance_id, metric_id, at, value)
     SELECT i, m, to_timestamp(t / 1000.0), v
     FROM unnest($1::int[], $2::int[], $3::float8[], $4::float8[]) AS s(i, m, t, v)`,
    [columns.instanceIds, columns.metricIds, columns.atMs, columns.values],
  );
}
