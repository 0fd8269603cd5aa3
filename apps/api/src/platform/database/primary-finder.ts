import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { DatabaseHost } from '../config/database-hosts.js';
import type { DatabaseConnection } from './connection.js';
import { openClient } from './open-client.js';
import { BIRTH, cut } from './server-identity.js';

const PATIENCE_MS = 1_500;
/** What the other servers have to answer in when one has that writes. */
const REST_MS = 300;
/** SQLSTATE of a role that may not look at the log. */
const MAY_NOT = '42501';
/** Between two searches, so that a server that refuses everyone is not asked more often. */
const PAUSE_MS = 500;

const SERVER = `SELECT pg_is_in_recovery() AS "isStandby", ${BIRTH} AS birth,
    current_setting('default_transaction_read_only')::boolean AS "onlyReads"`;
/** Each promotion begins a new timeline. */
const TIMELINE = `SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline`;

/** A server that answers. */
interface Server extends DatabaseHost {
  isStandby: boolean;
  birth: string;
  /** Somebody has made it read only without making it a standby: an old primary that is put aside, for example. */
  onlyReads: boolean;
  timeline: number;
}

/**
 * Knows which of the servers of a database writes, and looks for it again when it is suspected to be another one by
 * now. With one address it finds out that another server has taken that over.
 */
export class PrimaryFinder {
  private present: DatabaseHost;
  private finding: Promise<boolean> | undefined;
  private isSuspecting = false;
  /** The newest timeline that was followed. A server of an older one was left behind, and lacks what was written since. */
  private newest = 0;
  private leftBehind: DatabaseHost | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly refusals = new Set<(leftBehind: DatabaseHost) => void>();

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly hosts: readonly DatabaseHost[],
  ) {
    this.present = hosts[0] ?? connection;
  }

  /** The server that writes, as far as is known. */
  get host(): string {
    return this.present.host;
  }

  get port(): number {
    return this.present.port;
  }

  /** {@link BIRTH} of the server that writes; undefined as long as it was not looked for. */
  birth: string | undefined;

  /**
   * Calls `listener` each time that the server that writes was looked for and found.
   * @returns a function that removes the listener
   */
  onFound(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls `listener` when the only server that writes was left behind and is not used, once until one is found. */
  onLeftBehind(listener: (leftBehind: DatabaseHost) => void): void {
    this.refusals.add(listener);
  }

  /** Something points to another server: looks for the one that writes until it is found. */
  suspect(): void {
    if (this.isSuspecting) return;
    this.isSuspecting = true;
    void this.search().finally(() => (this.isSuspecting = false));
  }

  /** Looks for it once; who asks meanwhile shares the answer. Never rejects. */
  find(): Promise<boolean> {
    this.finding ??= this.look().finally(() => (this.finding = undefined));
    return this.finding;
  }

  /** Looks for it until it is found. Never rejects. */
  private async search(): Promise<void> {
    do await delay(PAUSE_MS, undefined, { ref: false });
    while (!(await this.find()));
  }

  private async look(): Promise<boolean> {
    const servers = await this.writers();
    const [best] = servers.filter(({ timeline }) => timeline >= this.newest).sort(byTrust);
    if (!best) {
      this.refuse(servers[0]);
      return false;
    }
    this.newest = best.timeline;
    this.leftBehind = undefined;
    this.present = { host: best.host, port: best.port };
    this.birth = best.birth;
    for (const listener of this.listeners) listener();
    return true;
  }

  private refuse(server: Server | undefined): void {
    if (!server || this.leftBehind) return;
    this.leftBehind = server;
    for (const listener of this.refusals) listener(server);
  }

  private async writers(): Promise<Server[]> {
    const writing: Server[] = [];
    let found: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (found = resolve));
    const all = this.hosts.map(async (host) => {
      const server = await this.ask(host);
      if (!server || server.isStandby) return;
      writing.push(server);
      if (server.timeline >= this.newest) found();
    });
    // One that says nothing must not hold up what another one has said. As long as none is known, all are waited for:
    // the first to answer may have been left behind.
    const enough = this.newest > 0 ? first.then(() => delay(REST_MS)) : Promise.all(all);
    await Promise.race([Promise.all(all), enough]);
    return writing;
  }

  /** Gives undefined for a server that does not answer, for whatever reason. */
  private async ask({ host, port }: DatabaseHost): Promise<Server | undefined> {
    let client: pg.Client | undefined;
    try {
      client = await openClient(this.connection, {
        host,
        port,
        application_name: 'moolai-controller-finder',
        connectionTimeoutMillis: PATIENCE_MS,
        query_timeout: PATIENCE_MS,
      });
      const { rows } = await client.query<Omit<Server, 'timeline' | keyof DatabaseHost>>(SERVER);
      const [server] = rows;
      return server && { ...server, host, port, timeline: await this.timelineOf(client, server.isStandby) };
    } catch {
      return undefined;
    } finally {
      if (client) cut(client);
    }
  }

  /** Only where there is a choice, and 0 where the service does not let its log be looked at. */
  private async timelineOf(client: pg.Client, isStandby: boolean): Promise<number> {
    if (isStandby || this.hosts.length < 2) return 0;
    try {
      return (await client.query<{ timeline: number }>(TIMELINE)).rows[0]?.timeline ?? 0;
    } catch (error) {
      if ((error as pg.DatabaseError).code !== MAY_NOT) throw error;
      return 0;
    }
  }
}

/** The newest first: an old primary that came back without being made a standby was left behind by a promotion. */
function byTrust(a: Server, b: Server): number {
  return Number(a.onlyReads) - Number(b.onlyReads) || b.timeline - a.timeline;
}

/** A connection whose address is at all times that of the server that writes. */
export function followPrimary(connection: DatabaseConnection): DatabaseConnection {
  const finder = new PrimaryFinder(connection, connection.hosts ?? [connection]);
  return {
    ...connection,
    finder,
    get host(): string {
      return finder.host;
    },
    get port(): number {
      return finder.port;
    },
  };
}
