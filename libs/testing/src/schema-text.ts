/** Runs one statement and returns its rows. */
export type SchemaQuery = <T extends Record<string, unknown>>(sql: string) => Promise<T[]>;

/** A schema in parts, each of which is a complete statement. */
interface Part {
  line: string;
}

/** CREATE EXTENSION creates the objects of an extension. */
const isOwn = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${oid} AND deptype = 'e')`;

/** Kinds of objects that this file cannot describe. A schema that uses one needs a new query here. */
const UNKNOWN = `
  SELECT 'relation ' || relname AS line FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND (relkind NOT IN ('r', 'p', 'i', 'I', 'S') OR relispartition)
    AND ${isOwn('pg_class', 'oid')}
  UNION ALL SELECT 'type ' || typname FROM pg_type
  WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e', 'r', 'm') AND ${isOwn('pg_type', 'oid')}
  UNION ALL SELECT 'policy ' || polname FROM pg_policy
  UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
  WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'identity or generated column ' || attrelid::regclass || '.' || attname
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND (attidentity <> '' OR attgenerated <> '')`;

const EXTENSIONS = `
  SELECT format('CREATE EXTENSION IF NOT EXISTS %I;', extname) AS line FROM pg_extension
  WHERE extname <> 'plpgsql' ORDER BY extname COLLATE "C"`;

const FUNCTIONS = `
  SELECT rtrim(replace(pg_get_functiondef(oid), 'FUNCTION public.', 'FUNCTION '), E'\\n') || ';' AS line
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND ${isOwn('pg_proc', 'oid')}
  ORDER BY proname COLLATE "C", pg_get_function_identity_arguments(oid) COLLATE "C"`;

const SEQUENCES = `
  SELECT format('CREATE SEQUENCE %I AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s;', sequencename,
    data_type, start_value, increment_by, min_value, max_value, cache_size, CASE WHEN cycle THEN ' CYCLE' ELSE '' END)
    AS line
  FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename COLLATE "C"`;

/** Tables with their own parts. Foreign keys follow once all tables exist. */
const TABLES = `
  SELECT concat_ws(E'\\n',
    format(E'CREATE TABLE %I (\\n%s\\n)%s%s;', t.relname, (
      SELECT string_agg('  ' || item, E',\\n' ORDER BY place, name COLLATE "C") FROM (
        SELECT attnum::int AS place, '' AS name, concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
          (SELECT 'COLLATE ' || quote_ident(collname) FROM pg_collation c JOIN pg_type y ON y.oid = atttypid
            WHERE c.oid = attcollation AND attcollation <> typcollation),
          CASE WHEN attnotnull THEN 'NOT NULL' END,
          'DEFAULT ' || (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum))
          AS item
        FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT 10000, conname, format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid, true))
        FROM pg_constraint WHERE conrelid = t.oid AND contype IN ('p', 'u', 'c', 'x')) AS items),
      ' PARTITION BY ' || pg_get_partkeydef(t.oid), ' WITH (' || array_to_string(t.reloptions, ', ') || ')'),
    (SELECT string_agg(format('ALTER SEQUENCE %s OWNED BY %I.%I;', d.objid::regclass, t.relname, attname), E'\\n'
        ORDER BY d.objid::regclass::text COLLATE "C")
      FROM pg_depend d JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.deptype = 'a'
        AND EXISTS (SELECT 1 FROM pg_class s WHERE s.oid = d.objid AND s.relkind = 'S')),
    (SELECT string_agg(pg_get_indexdef(indexrelid, 0, true) || ';', E'\\n' ORDER BY indexrelid::regclass::text COLLATE "C")
      FROM pg_index i WHERE indrelid = t.oid
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND conrelid = t.oid)),
    (SELECT string_agg(replace(replace(pg_get_triggerdef(oid, true), ' FOR EACH ', E'\\n  FOR EACH '),
        ' EXECUTE FUNCTION ', E'\\n  EXECUTE FUNCTION ') || ';', E'\\n' ORDER BY tgname COLLATE "C")
      FROM pg_trigger WHERE tgrelid = t.oid AND NOT tgisinternal)) AS line
  FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
  ORDER BY t.relname COLLATE "C"`;

const FOREIGN_KEYS = `
  SELECT format(E'ALTER TABLE %s ADD CONSTRAINT %I\\n  %s;', conrelid::regclass, conname,
    pg_get_constraintdef(oid, true)) AS line
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'f'
  ORDER BY conrelid::regclass::text COLLATE "C", conname COLLATE "C"`;

const COMMENTS = `
  SELECT format('COMMENT ON %s %s IS %L;', upper(i.type), replace(i.identity, 'public.', ''), d.description) AS line
  FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
  WHERE i.identity LIKE 'public.%' AND d.classoid IN ('pg_class'::regclass, 'pg_proc'::regclass)
    AND NOT EXISTS (SELECT 1 FROM pg_depend p WHERE p.classid = d.classoid AND p.objid = d.objoid AND p.deptype = 'e')
  ORDER BY 1`;

const SECTIONS = [
  ['Extensions', EXTENSIONS],
  ['Functions', FUNCTIONS],
  ['Sequences', SEQUENCES],
  ['Tables, each with its constraints, indexes and triggers', TABLES],
  ['Foreign keys', FOREIGN_KEYS],
  ['Comments', COMMENTS],
] as const;

/** A list of strings. The catalogue changes its casts each time its own output is read back. */
const WORDS = /ARRAY\[((?:'[^']*'(?:::character varying|::text)*(?:, )?)+)\](?:::text\[\])?/g;

function withoutCasts(text: string): string {
  return text.replace(
    WORDS,
    (_, list: string) => `ARRAY[${list.replace(/::(?:character varying|text)/g, '')}]`,
  );
}

/**
 * Describes the schema `public` as SQL that creates it in an empty database, in a stable order. Reads the catalogue,
 * because the embedded PostgreSQL has no pg_dump.
 * @throws Error when the schema has a kind of object that this function does not describe
 */
export async function schemaText(query: SchemaQuery): Promise<string> {
  const unknown = await query<Part & Record<string, unknown>>(UNKNOWN);
  if (unknown.length > 0) {
    throw new Error(`schemaText does not describe: ${unknown.map(({ line }) => line).join(', ')}`);
  }
  const texts: string[] = [];
  for (const [title, sql] of SECTIONS) {
    const parts = await query<Part & Record<string, unknown>>(sql);
    if (parts.length > 0) texts.push(`-- ${title}\n`, ...parts.map(({ line }) => `${line}\n`));
  }
  return withoutCasts(texts.join('\n'));
}
