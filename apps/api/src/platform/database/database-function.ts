import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'functions');
/** The comment at the top of a file may change: it is not sent to the database. */
const HEAD = /^(?:--.*\n)+/;

/**
 * Returns the statement that installs a database function, for migrations: from `functions/NAME.sql`, or from
 * `functions/former/NAME.HASH.sql` if a later migration replaced it (docs/adr/0015).
 * @param hash the statement's hash as {@link hashOfFunction} computes it, so that a landed migration always installs
 * the same statement
 * @throws Error when neither file has this statement
 */
export function databaseFunction(name: string, hash: string): string {
  for (const file of [`${name}.sql`, `former/${name}.${hash}.sql`]) {
    const statement = readStatement(join(FOLDER, file));
    if (statement !== undefined && hashOfFunction(statement) === hash) return statement;
  }
  throw new Error(
    `no file has the database function ${name} that hashes to ${hash}: ` +
      `keep what a landed migration installs as functions/former/${name}.${hash}.sql`,
  );
}

/** The first 16 hexadecimal digits of the statement's SHA-256. */
export function hashOfFunction(statement: string): string {
  return createHash('sha256').update(statement.replace(HEAD, '')).digest('hex').slice(0, 16);
}

function readStatement(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').replace(HEAD, '') : undefined;
}
