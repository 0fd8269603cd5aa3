import type { ClientBase } from 'pg';
import { quoted } from './database-facts.js';

/** All objects of the schema that belong to no extension; dropping one drops its dependents. */
const OBJECTS = `
  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
      WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind, c.oid::regclass::text AS name
  FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc p
  WHERE p.pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.oid::regtype::text FROM pg_type t
  WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e', 'd', 'r')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')`;

interface SchemaObject {
  kind: string;
  name: string;
}

async function findObjects(client: ClientBase): Promise<SchemaObject[]> {
  return (await client.query<SchemaObject>(OBJECTS)).rows;
}

/** True if the schema contains nothing that could be lost. */
export async function isEmptySchema(client: ClientBase): Promise<boolean> {
  return (await findObjects(client)).length === 0;
}

/** Drops the contents of the schema. The schema itself stays, with its privileges. */
export async function emptySchema(client: ClientBase): Promise<void> {
  for (const { kind, name } of await findObjects(client)) {
    await client.query(`DROP ${kind} IF EXISTS ${name} CASCADE`);
  }
}

/** Number of connections of controllers to the database. */
export async function otherControllers(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'moolai-controller%'`,
  );
  return rows[0]?.count ?? 0;
}

/**
 * Empties all tables, drops foreign keys and disables triggers: the order of the imported rows breaks foreign keys, and
 * the rows already contain the triggers' effects.
 * @returns restores them; fails if rows break a foreign key
 */
export async function loosenConstraints(client: ClientBase): Promise<() => Promise<void>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
  );
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype = 'f' AND conparentid = 0
     ORDER BY 1, 2`,
  );
  const names = tables.map(({ name }) => quoted([name]));
  for (const { table, name } of keys)
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${quoted([name])}`);
  for (const name of names) await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  if (names.length > 0) await client.query(`TRUNCATE ${names.join(', ')}`);
  return async () => {
    for (const name of names) await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
    for (const { table, name, definition } of keys) {
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${quoted([name])} ${definition}`);
    }
  };
}
