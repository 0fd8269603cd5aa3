import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { WIDENED_TABLES } from './widening/widened-tables.js';

/** Position of each sequence, relative to the maximum of the sequence, its column and JSON. */
const USED = `
  SELECT s.sequencename AS sequence, coalesce(s.last_value, 0)::float8 / least(s.max_value,
      CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE 9007199254740991 END)
      AS ratio
  FROM pg_sequences s
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE s.schemaname = current_schema()`;

interface Figure<L extends string> {
  labels: Record<L, string>;
  value: number;
}

/**
 * Metrics of sequences that run out of numbers. Read after the answer, for the next one: a database that hangs must not
 * delay all other metrics.
 */
@Injectable()
export class SequenceMetrics implements OnApplicationBootstrap {
  private sequences: Figure<'sequence'>[] = [];
  private tables: Figure<'table'>[] = [];
  private isReading = false;

  constructor(
    metrics: Metrics,
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    metrics.readGauge(
      {
        name: 'moolai_database_sequence_used_ratio',
        help: 'Used fraction of a sequence; at 1 nothing can be stored.',
        labelNames: ['sequence'],
      },
      () => {
        void this.readAgain();
        return this.sequences;
      },
    );
    metrics.readGauge(
      {
        name: 'moolai_id_widening_ratio',
        help: 'Fraction of a table with ids of 64 bits; 1 when all are wide.',
        labelNames: ['table'],
      },
      () => this.tables,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.readAgain();
  }

  /** Never rejects: metrics that cannot be read keep their last value. */
  private async readAgain(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    try {
      this.sequences = await this.used();
      this.tables = await this.widened();
    } catch (error) {
      this.logger.debug({ err: error }, 'figures of sequences not read');
    } finally {
      this.isReading = false;
    }
  }

  private async used(): Promise<Figure<'sequence'>[]> {
    const rows = await this.dataSource.query<{ sequence: string; ratio: number }[]>(USED);
    return rows.map(({ sequence, ratio }) => ({ labels: { sequence }, value: ratio }));
  }

  private async widened(): Promise<Figure<'table'>[]> {
    const rows = await this.dataSource.query<{ table_name: string; filled_to: number }[]>(
      'SELECT table_name, filled_to FROM id_widening',
    );
    return Promise.all(
      WIDENED_TABLES.map(async ({ table, column }) => {
        const row = rows.find(({ table_name }) => table_name === table);
        if (!row) return { labels: { table }, value: 1 };
        const [{ last } = { last: null }] = await this.dataSource.query<{ last: number | null }[]>(
          `SELECT max(${column}) AS last FROM ${table}`,
        );
        // Not complete before the swap, however much is filled.
        return { labels: { table }, value: last ? Math.min(row.filled_to / last, 0.99) : 0.99 };
      }),
    );
  }
}
