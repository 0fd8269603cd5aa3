import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { DatabaseHost } from '../config/database-hosts.js';
import type { DatabaseConnection } from './connection.js';
import { openClient } from './open-client.js';
import { BIRTH, cut } from './server-identity.js';

const PATIENCE_MS = 1_500;
/** How long to wait for the other servers once one accepts writes. */
const REST_MS = 300;
/** SQLSTATE of a role without permission to read the log position. */
const MAY_NOT = '42501';
/** Pause between two searches, so that a server that refuses all connections is not asked more often. */
const PAUSE_MS = 500;

const SERVER = `SELECT pg_is_in_recovery() AS "isStandby", ${BIRTH} AS birth,
    current_setting('default_transaction_read_only')::boolean AS "onlyReads"`;
/** Each promotion starts a new timeline. */
const TIMELINE = `SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline`;

/** A server that answered. */
interface Server extends DatabaseHost {
  isStandby: boolean;
  birth: string;
  /** Made read-only without being a standby, for example a former primary that was put aside. */
  onlyReads: boolean;
  timeline: number;
}

/**
 * Tracks which server of a database accepts writes, and searches again when that may have changed. With a single
 * address it detects that another server has taken over the address.
 */
export class PrimaryFinder {
  private present: DatabaseHost;
  private finding: Promise<boolean> | undefined;
  private isSuspecting = false;
  /** The newest timeline seen. A server on an older one was left behind by a promotion, and lacks later writes. */
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

  /** The server that accepts writes, as far as known. */
  get host(): string {
    return this.present.host;
  }

  get port(): number {
    return this.present.port;
  }

  /** {@link BIRTH} of that server; undefined before the first search. */
  birth: string | undefined;

  /**
   * Calls `listener` after each successful search.
   * @returns a function that removes the listener
   */
  onFound(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Calls `listener` when the only writable server was left behind by a promotion and is not used; once until a server
   * is found.
   */
  onLeftBehind(listener: (leftBehind: DatabaseHost) => void): void {
    this.refusals.add(listener);
  }

  /** Another server may accept writes now: searches until it is found. */
  suspect(): void {
    if (this.isSuspecting) return;
    this.isSuspecting = true;
    void this.search().finally(() => (this.isSuspecting = false));
  }

  /** Searches once; concurrent calls share the result. Never rejects. */
  find(): Promise<boolean> {
    this.finding ??= this.findOnce().finally(() => (this.finding = undefined));
    return this.finding;
  }

  /** Searches until a server is found. Never rejects. */
  private async search(): Promise<void> {
    do await delay(PAUSE_MS, undefined, { ref: false });
    while (!(await this.find()));
  }

  private async findOnce(): Promise<boolean> {
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
      const server = await this.query(host);
      if (!server || server.isStandby) return;
      writing.push(server);
      if (server.timeline >= this.newest) found();
    });
    // A silent server must not delay the answer of another one. Until one is known, wait for all: the first to answer
    // may have been left behind by a promotion.
    const enough = this.newest > 0 ? first.then(() => delay(REST_MS)) : Promise.all(all);
    await Promise.race([Promise.all(all), enough]);
    return writing;
  }

  /** Returns undefined for a server that does not answer, for any reason. */
  private async query({ host, port }: DatabaseHost): Promise<Server | undefined> {
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

  /** Only needed with several servers; 0 if the service does not allow reading the log position. */
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

/**
 * The newest timeline first: a former primary that returned without becoming a standby was left behind by a promotion.
 */
function byTrust(a: Server, b: Server): number {
  return Number(a.onlyReads) - Number(b.onlyReads) || b.timeline - a.timeline;
}

/** A connection whose address always is the server that accepts writes. */
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
