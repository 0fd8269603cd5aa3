-- The form in which lists search names. Its collation covers all letters where the server has such a one; the last
-- resort is the locale of the database.
DO $do$
DECLARE rules text;
BEGIN
  SELECT format(' COLLATE %I', collname) INTO rules FROM pg_collation
    WHERE collnamespace = 'pg_catalog'::regnamespace AND collname IN ('pg_unicode_fast', 'pg_c_utf8', 'und-x-icu')
      AND collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
    ORDER BY collprovider = 'b' DESC, collname DESC LIMIT 1;
  EXECUTE format('CREATE OR REPLACE FUNCTION search_form(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT lower($1%s) $$', coalesce(rules, ''));
END $do$;
