import type { Readable } from 'node:stream';
import pg from 'pg';
import { PacedQueue } from '../batching/paced-queue.js';
import type { Logger } from '../logging/logger.js';
import type { DatabaseConnection } from './connection.js';
import type { Listening } from './listening.js';
import { openClient } from './open-client.js';
import { bindToServer } from './server-identity.js';
import { assertHears, NoSessionError } from './session-check.js';
import { pinSession } from './session.js';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** A firewall may silently drop a quiet connection, which the kernel only detects after hours. */
const CHECK_INTERVAL_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;
/** Short, because the next attempt may reach another server. */
const CONNECT_TIMEOUT_MS = 1_500;
/** The first attempt must not fail the start on a busy machine. */
const START_CONNECT_TIMEOUT_MS = 10_000;
const FAREWELL_TIMEOUT_MS = 1_000;
/** Stops reading from the socket beyond this many; the server keeps the rest. */
const MAX_WAITING = 2_000;

/** Callbacks of a {@link ChangeListener}. */
export interface ChangeHandler {
  /** Called with each announcement, in commit order. Must not throw. */
  onChange(payload: string): void;
  /**
   * Called each time listening starts or restarts: earlier announcements may be lost, so read everything again. A
   * rejection counts as a lost connection.
   */
  onListening(): Promise<void>;
}

/** Options of {@link ChangeListener}. */
export interface ChangeListenerOptions {
  /** Notified when announcements are received or lost. */
  listening?: Listening;
  checkIntervalMs?: number;
}

/** Listens on one PostgreSQL channel with its own connection, and reconnects when it is lost. */
export class ChangeListener {
  private client: pg.Client | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private checkTimer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private forgetFinder: (() => void) | undefined;
  private isStopped = false;
  private lastTrouble: string | undefined;
  /** One statement may announce thousands of changes, which must not delay heartbeats. */
  private readonly changes = new PacedQueue<string>((payload) => this.handle(payload));
  private pausedStream: Readable | undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly channel: string,
    private readonly handler: ChangeHandler,
    private readonly logger: Logger,
    private readonly options: ChangeListenerOptions = {},
  ) {}

  /** Starts listening. Awaits the first attempt, so that a start without a database fails at once. */
  async start(): Promise<void> {
    await this.connect(START_CONNECT_TIMEOUT_MS);
    this.forgetFinder = this.connection.finder?.onFound(() => this.retryNow());
  }

  /** Stops listening for good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.forgetFinder?.();
    clearTimeout(this.retryTimer);
    clearTimeout(this.checkTimer);
    const { client } = this;
    if (!client) return;
    // A server that has vanished would never answer the close message.
    const ended = client.end();
    const timer = setTimeout(() => client.connection.stream.destroy(), FAREWELL_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  private async connect(connectTimeoutMs: number): Promise<void> {
    let isListening = false;
    let hasEnded = false;
    const options = {
      application_name: 'moolai-controller-listener',
      keepAlive: true,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: CHECK_TIMEOUT_MS,
    };
    const client = await openClient(this.connection, options, (opening) => this.prepare(opening));
    client.once('end', () => {
      hasEnded = true;
      if (!isListening) return;
      this.options.listening?.lost(this.channel, 'the listening connection was lost');
      this.reconnectLater();
    });
    // Listen before reading: a change in between is then seen twice instead of never.
    await bindToServer(client, this.connection.finder);
    await pinSession(client);
    await client.query(`LISTEN ${pg.escapeIdentifier(this.channel)}`);
    await assertHears(client, this.connection);
    await this.handler.onListening();
    // Reading uses other connections, which may work although this one ended.
    if (hasEnded) throw new Error('the connection ended while everything was read again');
    isListening = true;
    this.options.listening?.recovered(this.channel);
    this.retryMs = FIRST_RETRY_MS;
    this.lastTrouble = undefined;
    this.checkLater(client);
  }

  private prepare(client: pg.Client): void {
    this.client = client;
    client.on('notification', ({ channel, payload }) => {
      // For example an echo.
      if (channel !== this.channel) return;
      this.changes.push(payload ?? '');
      if (this.changes.size > MAX_WAITING) this.pausedStream = client.connection.stream.pause();
    });
    client.on('error', (error) => this.logger.warn(`lost the listening connection: ${error.message}`));
  }

  private handle(payload: string): void {
    if (!this.isStopped) this.announce(payload);
    if (this.changes.size > 0) return;
    this.pausedStream?.resume();
    this.pausedStream = undefined;
  }

  /** Anyone who can connect to the database can notify; their payload must not end the process. */
  private announce(payload: string): void {
    try {
      this.handler.onChange(payload);
    } catch (error) {
      this.logger.error({ err: error, channel: this.channel }, 'a change could not be followed');
    }
  }

  // Not Recurring, because the polls end with the client.
  /** Polls, because a connection that has silently died announces nothing. */
  private checkLater(client: pg.Client): void {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.checkLater(client),
        (error: Error) => {
          if (this.client !== client || this.isStopped) return;
          this.logger.warn(`the listening connection does not answer: ${error.message}`);
          // Not `end()`, which would wait for the dead connection.
          client.connection.stream.destroy();
        },
      );
    }, this.options.checkIntervalMs ?? CHECK_INTERVAL_MS);
  }

  /** Logs at `error` if the problem needs an operator. */
  private reportProblem(error: Error): void {
    const line = `cannot listen for changes: ${error.message}`;
    if (!(error instanceof NoSessionError)) this.logger.warn(line);
    else if (this.lastTrouble !== line) this.logger.error({ channel: this.channel }, line);
    this.lastTrouble = line;
    if (error instanceof NoSessionError) this.options.listening?.deaf(this.channel, error.message);
    else this.options.listening?.lost(this.channel, error.message);
  }

  private reconnectLater(): void {
    if (this.isStopped) return;
    this.retryTimer = setTimeout(() => void this.reconnect(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  /** A server that accepts writes was found, so another pause would only delay the changes. */
  private retryNow(): void {
    // Also for an attempt that is under way and still goes to the old server.
    this.retryMs = FIRST_RETRY_MS;
    if (!this.retryTimer) return;
    clearTimeout(this.retryTimer);
    void this.reconnect();
  }

  /** Never rejects: a failure is retried later. */
  private async reconnect(): Promise<void> {
    this.retryTimer = undefined;
    try {
      await this.connect(CONNECT_TIMEOUT_MS);
      this.logger.info('listening for changes again');
    } catch (error) {
      this.reportProblem(error as Error);
      await this.client?.end().catch(() => undefined);
      this.reconnectLater();
    }
  }
}
