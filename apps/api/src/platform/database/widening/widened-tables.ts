/** A table with a 32-bit column that becomes 64-bit while the controller runs (docs/adr/0014). */
export interface WidenedTable {
  table: string;
  column: string;
  /** The additional column that will replace it. */
  wide: string;
  /** The primary key, with the wide column. */
  key: { name: string; columns: string };
  /** The other indexes on the column, with the wide one. */
  indexes: { name: string; definition: string }[];
  /** The sequence of the column. It stays within 32 bits until all earlier tables are wide. */
  sequence?: string;
}

/** In the order of the swaps: tables that refer to messages come before the messages. */
export const WIDENED_TABLES: readonly WidenedTable[] = [
  {
    table: 'usage_entries',
    column: 'message_id',
    wide: 'wide_message_id',
    key: { name: 'usage_entries_pkey', columns: 'wide_message_id, entry' },
    indexes: [],
  },
  {
    table: 'orchestrator_messages',
    column: 'id',
    wide: 'wide_id',
    key: { name: 'orchestrator_messages_pkey', columns: 'wide_id' },
    indexes: [
      { name: 'orchestrator_messages_orchestrator_id_idx', definition: '(orchestrator_id, wide_id)' },
      { name: 'orchestrator_messages_organization_id_idx', definition: '(organization_id, wide_id)' },
      {
        name: 'orchestrator_messages_outbox_idx',
        definition: `(orchestrator_id, wide_id)
          WHERE direction = 'to_orchestrator' AND (status = 'pending' OR (status = 'sent' AND awaits_ack))`,
      },
    ],
    sequence: 'orchestrator_messages_id_seq',
  },
];

/** An empty table has no rows to rewrite. */
export function widenAtOnce({ table, column, sequence }: WidenedTable): string[] {
  return [
    `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE bigint`,
    ...(sequence ? [`ALTER SEQUENCE ${sequence} AS bigint`] : []),
  ];
}

/** The inverse of {@link widenAtOnce}; rewrites the table. */
export function narrow({ table, column, sequence }: WidenedTable): string[] {
  return [
    `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE integer`,
    ...(sequence ? [`ALTER SEQUENCE ${sequence} AS integer`] : []),
  ];
}

/** Adds the wide column, which touches no row, and fills it for new rows. */
export function expand({ table, column, wide }: WidenedTable): string[] {
  return [
    `ALTER TABLE ${table} ADD ${wide} bigint`,
    `CREATE FUNCTION widen_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.${wide} := NEW.${column};
      RETURN NEW;
    END $$`,
    `CREATE TRIGGER ${table}_widen BEFORE INSERT OR UPDATE OF ${column} ON ${table}
      FOR EACH ROW EXECUTE FUNCTION widen_${table}()`,
  ];
}

/** Reverts {@link expand} and the preparation of the swap. */
export function collapse({ table, wide }: WidenedTable): string[] {
  return [
    `DROP TRIGGER IF EXISTS ${table}_widen ON ${table}`,
    `DROP FUNCTION IF EXISTS widen_${table}()`,
    `ALTER TABLE ${table} DROP COLUMN IF EXISTS ${wide}`,
  ];
}

/** The temporary name of an index until it replaces the old one. */
export function preparedName(index: string): string {
  return `${index}_wide`;
}

/** The name of the check constraint that lets the swap skip reading the table for missing values. */
export function checkName({ table }: WidenedTable): string {
  return `${table}_wide_check`;
}

/** Replaces the column by the wide one: changes the catalogue only, however many rows there are. */
export function swap(widened: WidenedTable): string[] {
  const { table, column, wide, key, indexes, sequence } = widened;
  return [
    `ALTER TABLE ${table} ALTER COLUMN ${wide} SET NOT NULL`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${checkName(widened)}, DROP CONSTRAINT ${key.name}`,
    `DROP TRIGGER ${table}_widen ON ${table}`,
    `DROP FUNCTION widen_${table}()`,
    ...(sequence ? [`ALTER SEQUENCE ${sequence} OWNED BY NONE`] : []),
    ...indexes.map(({ name }) => `DROP INDEX ${name}`),
    `ALTER TABLE ${table} DROP COLUMN ${column}`,
    `ALTER TABLE ${table} RENAME COLUMN ${wide} TO ${column}`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${key.name} PRIMARY KEY USING INDEX ${preparedName(key.name)}`,
    ...indexes.map(({ name }) => `ALTER INDEX ${preparedName(name)} RENAME TO ${name}`),
    ...(sequence
      ? [
          `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval('${sequence}')`,
          `ALTER SEQUENCE ${sequence} AS bigint OWNED BY ${table}.${column}`,
        ]
      : []),
    `DELETE FROM id_widening WHERE table_name = '${table}'`,
  ];
}
