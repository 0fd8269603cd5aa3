import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, newDataDir } from '@moolai/testing';
import { DistantLink } from '../support/distant-link.js';
import { ReplicaServer } from '../support/replicated-postgres.js';
import { asUser, giveTo, POSTGRES_BIN } from './debian.js';
import { createDebianServer, DebianServer, run } from './debian-replicas.js';

const STANDBY = 'standby_region';
const REPLICATOR = { user: 'replicator', password: 'of-the-replicator' };

/** How two regions are connected. */
export interface RegionsOptions {
  /** If true, a commit is acknowledged when it is on the disks of both regions. */
  isSynchronous: boolean;
  /** How long data travels between them, in each direction. */
  oneWayMs: number;
}

/**
 * Debian's PostgreSQL in two regions, set up as docs/operators.md says: the second one is a copy made by pg_basebackup
 * that streams from the first one.
 */
export class Regions {
  private constructor(
    readonly primary: ReplicaServer,
    readonly standby: ReplicaServer,
    readonly link: DistantLink,
  ) {}

  static async start({ isSynchronous, oneWayMs }: RegionsOptions): Promise<Regions> {
    const { dataDir, connection } = await createDebianServer();
    const makeEngine = (dir: string, port: number): DebianServer => new DebianServer(dir, port);
    const primary = new ReplicaServer(dataDir, connection, makeEngine);
    await primary.start();
    await run(
      connection,
      `CREATE ROLE ${REPLICATOR.user} REPLICATION LOGIN PASSWORD '${REPLICATOR.password}'`,
    );
    const link = await DistantLink.to(connection.port, oneWayMs);
    const copy = newDataDir();
    await baseBackup(copy, link.port);
    const standby = new ReplicaServer(copy, { ...connection, port: await freePort() }, makeEngine);
    await standby.start();
    await primary.untilFollowed();
    const regions = new Regions(primary, standby, link);
    // Not before the copy: the standby would have it too, and would wait for itself once it is promoted.
    if (isSynchronous) await regions.waitForStandby();
    return regions;
  }

  async end(): Promise<void> {
    await this.link.close();
    for (const server of [this.primary, this.standby]) {
      await server.stop();
      rmSync(server.dataDir, { recursive: true, force: true });
    }
  }

  private async waitForStandby(): Promise<void> {
    await this.primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${STANDBY}'`);
    await this.primary.query('SELECT pg_reload_conf()');
  }
}

/** Copies the running primary; `-R` writes how the copy follows it. */
async function baseBackup(dataDir: string, port: number): Promise<void> {
  giveTo('postgres', dataDir);
  const from = `host=127.0.0.1 port=${port} user=${REPLICATOR.user} application_name=${STANDBY}`;
  const options = ['-D', join(dataDir, 'postgres'), '-d', from, '-R', '-X', 'stream', '-C', '-S', STANDBY];
  const [command, args] = asUser('postgres', join(POSTGRES_BIN, 'pg_basebackup'), [...options, '-c', 'fast']);
  const env = { ...process.env, PGPASSWORD: REPLICATOR.password };
  // The link is in this process, which therefore must not wait for it.
  await promisify(execFile)(command, args, { cwd: dataDir, env });
}
