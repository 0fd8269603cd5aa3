import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from '../migrations/index.js';

const MADE_OR_DROPPED = /\b(CREATE|DROP) TABLE (?:IF (?:NOT )?EXISTS )?(\w+)/g;

/** The tables that these migrations create, determined from their statements without running them. */
export async function tablesMadeBy(names: readonly string[]): Promise<string[]> {
  const tables = new Set(['migrations']);
  const query = (sql: string): Promise<object[]> => {
    for (const [, verb, name = ''] of sql.matchAll(MADE_OR_DROPPED)) {
      if (verb === 'CREATE') tables.add(name);
      else tables.delete(name);
    }
    return Promise.resolve([{}]);
  };
  for (const Migration of migrations) {
    const migration: MigrationInterface = new Migration();
    if (names.includes(migration.name ?? Migration.name))
      await migration.up({ query } as unknown as QueryRunner);
  }
  return [...tables];
}
