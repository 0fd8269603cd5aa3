import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** More different names than this are a mistake: somebody puts values into names. */
export const MAX_METRIC_NAMES = 10_000;

/** Numbers of metric names: each is looked up in the database once. */
@Injectable()
export class MetricNamesRepository {
  private readonly ids = new Map<string, number>();

  constructor(private readonly dataSource: DataSource) {}

  /** The number of each name, given to it now when it is new; those beyond the limit have none. */
  async idsOf(names: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    const unknown = new Set<string>();
    for (const name of names) if (!this.ids.has(name)) unknown.add(name);
    if (unknown.size > 0 && this.ids.size < MAX_METRIC_NAMES) await this.learn([...unknown]);
    return this.ids;
  }

  private async learn(names: string[]): Promise<void> {
    const wanted = names.slice(0, MAX_METRIC_NAMES - this.ids.size);
    await this.dataSource.query(
      'INSERT INTO metric_names (name) SELECT unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING',
      [wanted],
    );
    const rows = await this.dataSource.query<{ id: number; name: string }[]>(
      'SELECT id, name FROM metric_names WHERE name = ANY($1)',
      [wanted],
    );
    for (const { id, name } of rows) this.ids.set(name, id);
  }
}
