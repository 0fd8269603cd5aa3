import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from '../logging/logger.js';
import { StartError } from '../process/data-dir-lock.js';
import type { DatabaseConnection } from './connection.js';
import { openClient } from './open-client.js';
import { bindToServer, cut } from './server-identity.js';
import { assertHears } from './session-check.js';

/** An arbitrary constant. The controller that serves a database holds this lock, and so does a restore. */
const CONTROLLER_LOCK = 8_765_010;
const REDIS_ADVICE = 'several controllers on one database need the same REDIS_URL, all of them';
const POLL_MS = 250;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
const CHECK_INTERVAL_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;
const FAREWELL_TIMEOUT_MS = 1_000;

/** The server ends the session of a vanished machine, and thus the lock, after 5 + 3 × 2 seconds. */
const SESSION_SETTINGS = `
  SELECT set_config(wanted.name, wanted.value, false)
  FROM (VALUES ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
               ('idle_session_timeout', '0')) AS wanted (name, value)
  JOIN pg_settings USING (name)`;

const HOLDER = `
  SELECT l.pid, a.application_name AS name, host(a.client_addr) AS address
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** The session that holds the lock, as the server shows it. */
interface Holder {
  pid: number;
  name: string | null;
  address: string | null;
}

/** Options of {@link ControllerLock}. */
export interface ControllerLockOptions {
  connection: DatabaseConnection;
  logger: Logger;
  /** Purpose of the lock, as shown to administrators and to the other process. */
  role?: string;
  /** Shares the database with other controllers that share it too. */
  isShared?: boolean;
  /** The rest of the error line. */
  advice?: string;
  /** Called if another controller took the lock while the connection was lost. */
  onLost?: (reason: string) => void;
}

/**
 * Ensures that only one controller at a time serves a database, or only such that share it, with an advisory lock in a
 * session of its own, which ends with the process. Needs a real session: a pooler that shares sessions between transactions does not work.
 */
export class ControllerLock {
  private readonly name: string;
  private client: pg.Client | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private checkTimer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private isReleased = false;

  constructor(private readonly options: ControllerLockOptions) {
    const { role = 'controller' } = options;
    // At most 63 bytes; the random part tells apart two processes with the same host name and pid.
    const host = hostname().slice(0, 24);
    this.name = `moolai-${role} ${host} pid ${process.pid} ${randomBytes(3).toString('hex')}`;
  }

  /**
   * Takes the lock. Waits while another process holds it, because a process that is being replaced needs time to end.
   * @throws StartError naming the holder if it still holds the lock after `patienceMs`
   */
  async acquire(patienceMs: number, signal?: AbortSignal): Promise<void> {
    if (this.client) return;
    const client = await this.connect();
    try {
      await this.waitForTurn(client, patienceMs, signal);
    } catch (error) {
      await end(client);
      throw error;
    }
    this.watch(client);
  }

  /** Releases the lock. */
  async release(): Promise<void> {
    this.isReleased = true;
    clearTimeout(this.retryTimer);
    clearTimeout(this.checkTimer);
    if (this.client) await end(this.client);
  }

  private async waitForTurn(client: pg.Client, patienceMs: number, signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + patienceMs;
    let hasSaid = false;
    while (!(await this.tryLock(client))) {
      const holder = await holderOf(client);
      if (performance.now() >= deadline) {
        throw new StartError(
          `another controller serves this database: ${describe(holder)}; ${this.options.advice ?? REDIS_ADVICE}`,
        );
      }
      if (!hasSaid) {
        const waitSec = patienceMs / 1_000;
        this.options.logger.warn(
          `another controller serves this database: ${describe(holder)}; waiting up to ${waitSec} s for its end`,
        );
      }
      hasSaid = true;
      await delay(POLL_MS, undefined, signal ? { signal } : {});
    }
  }

  private async tryLock(client: pg.Client): Promise<boolean> {
    const take = this.options.isShared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    const { rows } = await client.query<{ mine: boolean }>(`SELECT ${take}($1) AS mine`, [CONTROLLER_LOCK]);
    return rows[0]?.mine === true;
  }

  private async connect(): Promise<pg.Client> {
    const client = await openClient(this.options.connection, {
      application_name: this.name,
      keepAlive: true,
      connectionTimeoutMillis: 1_500,
      query_timeout: CHECK_TIMEOUT_MS,
    });
    try {
      await bindToServer(client, this.options.connection.finder);
      await client.query(SESSION_SETTINGS);
    } catch (error) {
      cut(client);
      throw error;
    }
    return client;
  }

  /** Detects the loss of the connection, and with it the lock. */
  private watch(client: pg.Client): void {
    this.client = client;
    this.retryMs = FIRST_RETRY_MS;
    client.once('end', () => {
      clearTimeout(this.checkTimer);
      if (this.isReleased) return;
      this.options.logger.warn('lost the connection that keeps other controllers from this database');
      this.reacquireLater();
    });
    this.checkLater(client);
  }

  // Not Recurring, because the polls end with the client.
  /** Polls, because a connection that has silently died reports no end. */
  private checkLater(client: pg.Client): void {
    this.checkTimer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.client === client && !this.isReleased && this.checkLater(client),
        () => client.connection.stream.destroy(),
      );
    }, CHECK_INTERVAL_MS);
  }

  private reacquireLater(): void {
    if (this.isReleased) return;
    this.retryTimer = setTimeout(() => void this.reacquire(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  /** Never rejects: while the database is unreachable it retries later. */
  private async reacquire(): Promise<void> {
    let client: pg.Client | undefined;
    try {
      client = await this.connect();
      // A pooler switched to transaction mode would keep the lock after the end of this process.
      await assertHears(client, this.options.connection);
      if (await this.tryLock(client)) {
        this.options.logger.info('this controller serves the database again');
        this.watch(client);
        if (this.isReleased) await end(client);
        return;
      }
      const holder = await holderOf(client);
      // The server has not yet detected the end of this process's earlier session.
      if (holder?.name === this.name) await client.query('SELECT pg_terminate_backend($1)', [holder.pid]);
      else if (holder) {
        this.isReleased = true;
        this.options.onLost?.(`another controller serves the database now: ${describe(holder)}`);
      }
    } catch {
      // The database is unreachable; its users report that.
    }
    if (client) await end(client);
    this.reacquireLater();
  }
}

async function holderOf(client: pg.Client): Promise<Holder | undefined> {
  return (await client.query<Holder>(HOLDER, [CONTROLLER_LOCK])).rows[0];
}

function describe(holder: Holder | undefined): string {
  if (!holder) return 'its session has just ended';
  const { name, address, pid } = holder;
  return `${name ?? 'unknown'} at ${address ?? 'the same machine'} (PostgreSQL process ${pid})`;
}

/** Closes without waiting: a server that has vanished would never answer. */
async function end(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), FAREWELL_TIMEOUT_MS);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}
