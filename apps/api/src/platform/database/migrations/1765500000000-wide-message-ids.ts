import type { MigrationInterface, QueryRunner } from 'typeorm';
import { collapse, expand, narrow, widenAtOnce, WIDENED_TABLES } from '../widening/widened-tables.js';

/**
 * Widens message ids to 64 bits (docs/adr/0014). Empty tables change at once; otherwise this only adds columns that the
 * controller fills while it runs, so that no table is rewritten under a lock and the previous version keeps working.
 */
export class WideMessageIds1765500000000 implements MigrationInterface {
  readonly name = 'WideMessageIds1765500000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const run = (sql: string): Promise<unknown> => queryRunner.query(sql);
    // A backup in progress holds the tables for long, and other statements would queue up behind a waiting lock.
    await run(`SET LOCAL lock_timeout = '5s'`);
    await run(`LOCK TABLE ${WIDENED_TABLES.map(({ table }) => table).join(', ')} IN ACCESS EXCLUSIVE MODE`);
    await run('SET LOCAL lock_timeout = 0');
    // Tables not widened yet, since when, and up to which id the wide column is filled.
    await run(`CREATE TABLE id_widening (
      table_name varchar(63) NOT NULL CONSTRAINT id_widening_pkey PRIMARY KEY,
      since timestamptz NOT NULL DEFAULT now(),
      filled_to bigint NOT NULL DEFAULT 0
    )`);
    const isEmpty = await areEmpty(queryRunner);
    for (const widened of WIDENED_TABLES) {
      for (const statement of isEmpty ? widenAtOnce(widened) : expand(widened)) await run(statement);
      if (!isEmpty) await run(`INSERT INTO id_widening (table_name) VALUES ('${widened.table}')`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const rows = (await queryRunner.query('SELECT table_name FROM id_widening')) as { table_name: string }[];
    for (const widened of WIDENED_TABLES) {
      const isWide = !rows.some(({ table_name }) => table_name === widened.table);
      for (const statement of isWide ? narrow(widened) : collapse(widened))
        await queryRunner.query(statement);
    }
    await queryRunner.query('DROP TABLE id_widening');
  }
}

async function areEmpty(queryRunner: QueryRunner): Promise<boolean> {
  const tests = WIDENED_TABLES.map(({ table }) => `EXISTS (SELECT 1 FROM ${table})`);
  const [row] = (await queryRunner.query(`SELECT ${tests.join(' OR ')} AS found`)) as { found: boolean }[];
  return row?.found === false;
}
