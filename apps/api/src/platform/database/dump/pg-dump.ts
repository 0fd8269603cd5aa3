import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { childEnvironment } from '../../config/child-environment.js';
import { passwordOf, type DatabaseConnection } from '../connection.js';
import { tlsOfPrograms } from './pg-dump-tls.js';

const run = promisify(execFile);
const PROGRAM = 'pg_dump';
const MAX_SCHEMA_BYTES = 64 * 1024 * 1024;

/**
 * True if a pg_dump of the server's version is installed. An older one refuses the server, and the output of a newer
 * one may not suit it.
 */
export async function hasPgDump(serverVersion: number): Promise<boolean> {
  try {
    const { stdout } = await run(PROGRAM, ['--version'], { env: childEnvironment() });
    return Number(/\s(\d+)\./.exec(stdout)?.[1]) === serverVersion;
  } catch {
    // It is not installed.
    return false;
  }
}

/** The two halves of a schema: before and after the rows. */
export type SchemaSection = 'pre-data' | 'post-data';

/**
 * The schema as SQL for any client, including objects added by hand, without owners and rights.
 * @param snapshot of an open transaction, so that the schema matches the rows that it sees
 */
export async function dumpSchema(
  connection: DatabaseConnection,
  schema: string,
  section: SchemaSection,
  snapshot: string,
): Promise<string> {
  const { host, port, user, database } = connection;
  const args = [
    `--host=${host}`,
    `--port=${port}`,
    `--username=${user}`,
    `--dbname=${database}`,
    `--section=${section}`,
    `--snapshot=${snapshot}`,
    `--schema=${pg.escapeIdentifier(schema)}`,
    '--schema-only',
    '--no-owner',
    '--no-privileges',
    '--no-password',
    '--encoding=UTF8',
  ];
  const tls = tlsOfPrograms(connection);
  try {
    const env = childEnvironment({ PGPASSWORD: passwordOf(connection), ...tls.env });
    const { stdout } = await run(PROGRAM, args, { env, maxBuffer: MAX_SCHEMA_BYTES });
    return forAnyClient(stdout);
  } finally {
    tls.remove();
  }
}

/** Removes commands of psql, and the schema, which already exists. */
function forAnyClient(script: string): string {
  return script
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line) && !/^CREATE SCHEMA [^;]+;$/.test(line))
    .join('\n');
}
