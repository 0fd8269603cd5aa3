import type { ClientBase } from 'pg';

/**
 * Settings that affect statements and results, and that a role, database or configuration file may have changed (`ALTER
 * ROLE … SET`, `ALTER DATABASE … SET`). Each session of the controller sets them.
 */
const PINNED: Readonly<Record<string, string>> = {
  // How values are formatted and parsed.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  client_encoding: 'UTF8',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // Which rows a statement sees and which triggers it runs.
  row_security: 'on',
  session_replication_role: 'origin',
  gin_fuzzy_search_limit: '0',
  // How transactions behave.
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // No time limits: the controller sets its own, and migrations and backups have none.
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  exit_on_error: 'off',
};

/**
 * The schema of the controller's tables, or the one where they would be created; followed by the schema of the
 * extension whose operators the indexes use.
 */
const HOME = `
  SELECT string_agg(quote_ident(nspname), ', ' ORDER BY place) FROM (
    SELECT nspname, min(place) AS place FROM (
      SELECT oid, 1 AS place FROM pg_namespace WHERE oid = coalesce(
        (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('migrations')),
        (SELECT oid FROM pg_namespace WHERE nspname = current_schema()))
      UNION ALL SELECT extnamespace, 2 FROM pg_extension WHERE extname = 'pg_trgm'
    ) AS wanted JOIN pg_namespace USING (oid) GROUP BY nspname
  ) AS schemas`;

const PIN = `
  SELECT set_config(s.name, p.value, false)
  FROM jsonb_each_text($1::jsonb) AS p(name, value) JOIN pg_settings s ON s.name = p.name
  WHERE s.setting <> p.value AND s.source <> 'client'
  UNION ALL
  -- Stored data survives a crash before it is acknowledged; only unacknowledged writes may be weaker.
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
  UNION ALL SELECT set_config('search_path', (${HOME}), false)`;

/**
 * Applies the settings that the controller relies on to a new session. Uses a statement after the connect instead of
 * startup parameters, because PgBouncer refuses unknown ones.
 */
export async function pinSession(client: ClientBase): Promise<void> {
  await client.query(PIN, [JSON.stringify(PINNED)]);
}
