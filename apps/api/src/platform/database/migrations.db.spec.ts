import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaText, TestDatabase } from '@moolai/testing';
import { createLogger } from '../logging/logger.js';
import { connectDatabase } from './connect.js';
import { createDataSource } from './data-source.js';

const SCHEMA_FILE = new URL('../../../../../docs/schema.sql', import.meta.url).pathname;
const FUNCTIONS = new URL('functions/', import.meta.url).pathname;

describe('migrations', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await TestDatabase.create({ empty: true });
  });

  afterEach(() => database.drop());

  const schema = (): Promise<string> => schemaText((sql) => database.query(sql));

  it('go up, all the way down, and up again to the same schema', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    const applied = await dataSource.runMigrations();
    expect(applied.length).toBeGreaterThan(0);
    const built = await schema();
    for (let left = applied.length; left > 0; left -= 1) await dataSource.undoLastMigration();
    const left = (await schema()).match(/^CREATE .*$/gm)?.filter((line) => !/\bmigrations/.test(line));
    expect(left).toEqual([]);
    await dataSource.runMigrations();
    await expect(schema()).resolves.toBe(built);
    await dataSource.destroy();
  });

  it('create the schema of docs/schema.sql; `npm run schema` writes it', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    await dataSource.runMigrations();
    await dataSource.destroy();
    const file = readFileSync(SCHEMA_FILE, 'utf8');
    const [head = ''] = file.split('-- Extensions', 1);
    // Jest prints the differing lines, and the title of this test names the command.
    expect(`${head}${await schema()}`).toBe(file);
  });

  it('are completely described by docs/schema.sql: it creates the same schema in an empty database', async () => {
    const file = readFileSync(SCHEMA_FILE, 'utf8');
    await database.query(file);
    expect(await schema()).toBe(file.slice(file.indexOf('-- Extensions')));
  });

  it('install exactly the functions of platform/database/functions', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    await dataSource.runMigrations();
    await dataSource.destroy();
    const files = readdirSync(FUNCTIONS).filter((name) => name.endsWith('.sql'));
    const migrated = await schema();
    const installed = [...migrated.matchAll(/^CREATE OR REPLACE FUNCTION (\w+)/gm)];
    expect(installed.map(([, name]) => `${name}.sql`)).toEqual(files.sort());
    for (const file of files) await database.query(readFileSync(join(FUNCTIONS, file), 'utf8'));
    expect(await schema()).toBe(migrated);
  });

  it('match the entities exactly', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    await dataSource.runMigrations();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await dataSource.destroy();
  });

  it('repair messages that were marked as sent by hand and stranded', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    await dataSource.runMigrations();
    await database.query(
      `INSERT INTO organizations (organization_id, name) VALUES ('org-001', 'One');
       INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name)
         VALUES ('there', 'org-001', 'There');
       INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content, status, attempts, awaits_ack)
       VALUES ('there', 'stranded', '{}', 'sent', 0, false), ('there', 'ended', '{}', 'sent', 1, false),
         ('there', 'under way', '{}', 'sent', 1, true), ('gone', 'orphaned', '{}', 'sent', 1, true)`,
    );
    await database.query(`DELETE FROM migrations WHERE name = 'StrandedMessages1765900000000'`);
    await dataSource.runMigrations();
    const rows = await database.query(
      'SELECT message_type AS type, status, awaits_ack FROM orchestrator_messages ORDER BY id',
    );
    expect(rows).toEqual([
      { type: 'stranded', status: 'sent', awaits_ack: true },
      { type: 'ended', status: 'sent', awaits_ack: false },
      { type: 'under way', status: 'sent', awaits_ack: true },
      { type: 'orphaned', status: 'failed', awaits_ack: false },
    ]);
    await dataSource.destroy();
  });

  it('free the keys of reports from a deleted orchestrator with the same id', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    await dataSource.runMigrations();
    for (let rows = [{}]; rows.length > 0;) {
      await dataSource.undoLastMigration();
      rows = await database.query(`SELECT 1 FROM migrations WHERE name = 'LivesOfIds1766020000000'`);
    }
    await database.query(
      `INSERT INTO organizations (organization_id, name) VALUES ('org-001', 'One');
       INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, created_at)
         VALUES ('used again', 'org-001', '', '2026-02-01'), ('there', 'org-001', '', '2026-01-01');
       INSERT INTO orchestrator_messages (orchestrator_id, direction, message_type, message_content, status,
         client_message_id, created_at)
       SELECT id, 'from_orchestrator', 'monitoring', '{}', 'received', key, at::timestamptz
       FROM (VALUES ('gone', 'of the deleted one', '2026-01-10'), ('there', 'kept', '2026-01-10'),
         ('used again', 'of the former', '2026-01-10'), ('used again', 'of the present', '2026-02-10')) AS m (id, key, at)`,
    );
    await dataSource.runMigrations();
    const rows = await database.query<{ client_message_id: string | null }>(
      'SELECT client_message_id FROM orchestrator_messages ORDER BY id',
    );
    expect(rows.map((row) => row.client_message_id)).toEqual([null, 'kept', null, 'of the present']);
    await dataSource.destroy();
  });

  it('are applied once when several controllers start together', async () => {
    const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
    const sources = await Promise.all([1, 2, 3].map(() => connectDatabase(database.connection, logger)));
    const [row] = await database.query<{ count: number; names: number }>(
      'SELECT count(*)::int AS count, count(DISTINCT name)::int AS names FROM migrations',
    );
    expect(row?.count).toBe(row?.names);
    await Promise.all(sources.map((source) => source.destroy()));
  });

  it("keep the HLD's columns, with time zones", async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    await dataSource.runMigrations();
    await dataSource.destroy();
    const rows = await database.query<{ name: string; type: string }>(
      `SELECT table_name || '.' || column_name AS name,
         data_type || coalesce('(' || character_maximum_length || ')', '') AS type
       FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const types = Object.fromEntries(rows.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject(HLD_COLUMNS);
  });
});

function columns(table: string, text: string): Record<string, string> {
  const pairs = text.split(',').map((part) => part.trim().split(': ') as [string, string]);
  return Object.fromEntries(pairs.map(([name, type]) => [`${table}.${name}`, type]));
}

const V = (length: number): string => `character varying(${length})`;
const TIME = 'timestamp with time zone';

/** HLD 4.1; the two URLs are longer because they are encrypted, and message ids are wider. */
const HLD_COLUMNS = {
  ...columns(
    'organizations',
    `organization_id: ${V(50)}, name: ${V(255)}, status: ${V(20)}, is_active: boolean, is_independent: boolean,
     settings: jsonb, admin_email: ${V(255)}, support_email: ${V(255)}, website: ${V(255)}, created_at: ${TIME},
     updated_at: ${TIME}`,
  ),
  ...columns(
    'orchestrator_instances',
    `id: integer, orchestrator_id: ${V(50)}, organization_id: ${V(50)}, name: ${V(255)},
     organization_name: ${V(255)}, status: ${V(20)}, health_status: jsonb, is_independent: boolean,
     last_seen: ${TIME}, features: jsonb, session_config: jsonb, privacy_mode: boolean, internal_url: ${V(255)},
     database_url: text, redis_url: text, container_id: ${V(100)}, image_name: ${V(255)},
     environment_variables: jsonb, phoenix_endpoint: ${V(255)}, monitoring_enabled: boolean,
     admin_email: ${V(255)}, support_email: ${V(255)}, website: ${V(255)}, last_activity: ${TIME},
     created_at: ${TIME}, updated_at: ${TIME}`,
  ),
  ...columns(
    'orchestrator_messages',
    `id: bigint, orchestrator_id: ${V(50)}, message_type: ${V(50)}, message_content: jsonb, status: ${V(20)},
     created_at: ${TIME}, updated_at: ${TIME}`,
  ),
};
