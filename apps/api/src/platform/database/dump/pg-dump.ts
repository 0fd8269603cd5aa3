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
 * True when there is a pg_dump of the server's own version. An older one refuses the server, and what a
 * newer one writes may be too new for it.
 */
export async function hasPgDump(serverVersion: number): Promise<boolean> {
  try {
    const { stdout } = await run(PROGRAM, ['--version'], { env: childEnvironment() });
    return Number(/\s(\d+)\./.exec(stdout)?.[1]) === serverVersion;
  } catch {
    // There is none.
    return false;
  }
}

/** The two halves of a schema: before and after the rows. */
export type SchemaSection = 'pre-data' | 'post-data';

/**
 * The schema, as SQL for any client: whatever somebody has added to it is there, owners and rights are not.
 * @param snapshot of a transaction that is open, so that it is the schema of the rows that it sees
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

/** Leaves out what only psql understands, and the schema, which is there already. */
function forAnyClient(script: string): string {
  return script
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line) && !/^CREATE SCHEMA [^;]+;$/.test(line))
    .join('\n');
}
