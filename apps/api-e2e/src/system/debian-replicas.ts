import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, freePort, newDataDir, type TestServer, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { replicate, type ReplicaServer } from '../support/replicated-postgres.js';
import { asUser, giveTo, POSTGRES_BIN } from './debian.js';

const USER = 'postgres';
const PASSWORD = 'of-the-superuser';

/** The controller's role, which is not a superuser. */
export const ROLE = { user: 'moolai', password: 'of the controller', database: 'fleet' };

/** Debian's PostgreSQL 15 on an existing cluster. */
export class DebianServer {
  private server: ChildProcess | undefined;

  constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {}

  async start(): Promise<void> {
    giveTo(USER, this.dataDir);
    const options = [
      '-D',
      join(this.dataDir, 'postgres'),
      '-p',
      String(this.port),
      '-h',
      '127.0.0.1',
      '-k',
      '',
    ];
    const [command, args] = asUser(USER, join(POSTGRES_BIN, 'postgres'), options);
    this.server = spawn(command, args, { cwd: this.dataDir, stdio: 'ignore' });
    await waitUntil(
      'PostgreSQL answers',
      () => run(superuser(this.port), 'SELECT 1').catch(() => undefined),
      60_000,
    );
  }

  async stop(): Promise<void> {
    if (this.server) await endProcess(this.server, 'SIGINT');
  }
}

export function superuser(port: number): TestServer {
  return { host: '127.0.0.1', port, user: 'postgres', password: PASSWORD, database: 'postgres' };
}

export async function run(server: TestServer, statement: string): Promise<unknown[]> {
  const client = new pg.Client(server);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** A stopped server with the controller's database. */
export interface StoppedServer {
  dataDir: string;
  connection: TestServer;
}

export async function createDebianServer(): Promise<StoppedServer> {
  const [dataDir, port] = [newDataDir(), await freePort()];
  const passwordFile = join(dataDir, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  giveTo(USER, dataDir);
  const cluster = join(dataDir, 'postgres');
  const options = ['-D', cluster, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-N'];
  const [command, args] = asUser(USER, join(POSTGRES_BIN, 'initdb'), [...options, '--encoding=UTF8']);
  execFileSync(command, args, { cwd: dataDir, stdio: 'ignore' });
  const origin = new DebianServer(dataDir, port);
  await origin.start();
  await run(superuser(port), `CREATE ROLE ${ROLE.user} LOGIN PASSWORD '${ROLE.password}'`);
  await run(superuser(port), `CREATE DATABASE ${ROLE.database} OWNER ${ROLE.user}`);
  await origin.stop();
  return { dataDir, connection: { ...superuser(port), database: ROLE.database } };
}

/** Two Debian servers, the second a hot standby of the first by streaming replication. */
export async function startDebianReplicas(): Promise<[ReplicaServer, ReplicaServer]> {
  const { dataDir, connection } = await createDebianServer();
  return replicate(dataDir, connection, (dir, at) => new DebianServer(dir, at));
}
