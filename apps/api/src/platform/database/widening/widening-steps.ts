import pg from 'pg';
import { checkName, preparedName, swap, type WidenedTable } from './widened-tables.js';

/** Rows filled by one statement, which holds their locks for its duration. */
const BATCH = 5_000;
/** The swap gives up after this time and retries, because other statements queue up behind it. */
const LOCK_TIMEOUT = '1s';

/** A table that is not wide yet. */
export interface WideningState {
  since: Date;
  /** The wide column is filled up to this id. */
  filledTo: number;
}

/** The statements that widen one column; each can be repeated after a crash. */
export class WideningSteps {
  constructor(
    private readonly client: pg.ClientBase,
    private readonly widened: WidenedTable,
  ) {}

  /** The progress; undefined if the table is wide. */
  async state(): Promise<WideningState | undefined> {
    const { rows } = await this.client.query<{ since: Date; filled_to: string }>(
      'SELECT since, filled_to FROM id_widening WHERE table_name = $1',
      [this.widened.table],
    );
    return rows[0] && { since: rows[0].since, filledTo: Number(rows[0].filled_to) };
  }

  /**
   * Fills the next rows. Skips locked rows, so that it never waits while others wait for it; the check finds them
   * later.
   * @returns the id up to which rows are filled; undefined if there were none
   */
  async fill(after: number): Promise<number | undefined> {
    const { table, column, wide } = this.widened;
    const { rows } = await this.client.query<{ upto: string | null }>(
      `WITH bounds AS (
         SELECT max(key) AS upto
         FROM (SELECT ${column} AS key FROM ${table} WHERE ${column} > $1 ORDER BY ${column} LIMIT ${BATCH}) AS next
       ), filled AS (
         UPDATE ${table} SET ${wide} = ${column} WHERE ctid = ANY (ARRAY(
           SELECT t.ctid FROM ${table} AS t WHERE t.${column} > $1 AND t.${column} <= (SELECT upto FROM bounds)
             AND t.${wide} IS NULL FOR UPDATE OF t SKIP LOCKED))
       ), noted AS (
         UPDATE id_widening SET filled_to = upto FROM bounds WHERE table_name = $2 AND upto IS NOT NULL
       )
       SELECT upto FROM bounds`,
      [after, table],
    );
    const upto = rows[0]?.upto ?? null;
    return upto === null ? undefined : Number(upto);
  }

  /**
   * Ensures that no value is missing, by a check constraint that is added without reading the table and validated while
   * others write.
   * @returns false if one is missing
   */
  async check(): Promise<boolean> {
    const { table, wide } = this.widened;
    const name = checkName(this.widened);
    const { rows } = await this.client.query<{ valid: boolean }>(
      'SELECT convalidated AS valid FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2',
      [table, name],
    );
    if (rows[0]?.valid) return true;
    if (!rows[0]) {
      await this.briefly([
        `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${wide} IS NOT NULL) NOT VALID`,
      ]);
    }
    try {
      await this.client.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== '23514') throw error;
      await this.client.query('UPDATE id_widening SET filled_to = 0 WHERE table_name = $1', [table]);
      return false;
    }
  }

  /** Builds the new indexes beside the old ones, while others read and write. */
  async index(): Promise<void> {
    const { table, key, indexes } = this.widened;
    await this.build(preparedName(key.name), `UNIQUE INDEX`, `(${key.columns})`, table);
    for (const { name, definition } of indexes) {
      await this.build(preparedName(name), 'INDEX', definition, table);
    }
  }

  private async build(name: string, kind: string, definition: string, table: string): Promise<void> {
    const { rows } = await this.client.query<{ valid: boolean }>(
      'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
      [name],
    );
    if (rows[0]?.valid) return;
    // Left by an interrupted attempt.
    if (rows[0]) await this.client.query(`DROP INDEX CONCURRENTLY ${name}`);
    await this.client.query(`CREATE ${kind} CONCURRENTLY ${name} ON ${table} ${definition}`);
  }

  /**
   * Replaces the column by the wide one.
   * @returns milliseconds for which the table was locked
   */
  async swap(): Promise<number> {
    return this.briefly([`LOCK TABLE ${this.widened.table} IN ACCESS EXCLUSIVE MODE`], swap(this.widened));
  }

  /** @returns the milliseconds of all but the first statements, which wait for the lock */
  private async briefly(locking: string[], rest: string[] = []): Promise<number> {
    await this.client.query('BEGIN');
    try {
      await this.client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      for (const statement of locking) await this.client.query(statement);
      const startedAt = performance.now();
      for (const statement of rest) await this.client.query(statement);
      await this.client.query('COMMIT');
      return performance.now() - startedAt;
    } catch (error) {
      await this.client.query('ROLLBACK');
      throw error;
    }
  }
}
