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
/** A firewall forgets a quiet connection without a word; the kernel alone notices that after hours. */
const CHECK_INTERVAL_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;
/** Short, because the next attempt may go to another server. */
const CONNECT_TIMEOUT_MS = 1_500;
/** The first attempt is the only one: on a busy machine it must not fail the start. */
const START_CONNECT_TIMEOUT_MS = 10_000;
const FAREWELL_TIMEOUT_MS = 1_000;
/** More than these are not read from the socket; the server keeps what is left. */
const MAX_WAITING = 2_000;

/** What a {@link ChangeListener} calls. */
export interface ChangeHandler {
  /** Called with each announcement, in the order of the commits. Must not throw. */
  onChange(payload: string): void;
  /**
   * Called each time that listening (re)starts: announcements of the time before are lost, so
   * everything must be read again. A rejection counts as a lost connection.
   */
  onListening(): Promise<void>;
}

/** Options of {@link ChangeListener}. */
export interface ChangeListenerOptions {
  /** Is told whether announcements are heard. */
  listening?: Listening;
  checkIntervalMs?: number;
}

/**
 * Keeps one connection that listens on one PostgreSQL channel, and opens a new one whenever it is lost.
 */
export class ChangeListener {
  private client: pg.Client | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private checkTimer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private isStopped = false;
  private lastTrouble: string | undefined;
  /** Thousands may be announced by one statement; they must not hold heartbeats up. */
  private readonly changes = new PacedQueue<string>((payload) => this.take(payload));
  private pausedStream: Readable | undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly channel: string,
    private readonly handler: ChangeHandler,
    private readonly logger: Logger,
    private readonly options: ChangeListenerOptions = {},
  ) {}

  /** Starts listening. The first attempt is awaited, so that a start without a database fails at once. */
  async start(): Promise<void> {
    await this.connect(START_CONNECT_TIMEOUT_MS);
  }

  /** Ends listening for good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.retryTimer);
    clearTimeout(this.checkTimer);
    const { client } = this;
    if (!client) return;
    // A farewell to a server that is silently gone would never be answered.
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
    // Listening comes before reading: a change in between is then seen twice rather than never.
    await bindToServer(client, this.connection.finder);
    await pinSession(client);
    await client.query(`LISTEN ${pg.escapeIdentifier(this.channel)}`);
    await assertHears(client, this.connection);
    await this.handler.onListening();
    // Reading takes other connections, which work although this one has ended meanwhile.
    if (hasEnded) throw new Error('the connection ended while everything was read again');
    isListening = true;
    this.options.listening?.heard(this.channel);
    this.retryMs = FIRST_RETRY_MS;
    this.lastTrouble = undefined;
    this.checkLater(client);
  }

  private prepare(client: pg.Client): void {
    this.client = client;
    client.on('notification', ({ channel, payload }) => {
      // An echo, for example.
      if (channel !== this.channel) return;
      this.changes.push(payload ?? '');
      if (this.changes.size > MAX_WAITING) this.pausedStream = client.connection.stream.pause();
    });
    client.on('error', (error) => this.logger.warn(`lost the listening connection: ${error.message}`));
  }

  private take(payload: string): void {
    if (!this.isStopped) this.announce(payload);
    if (this.changes.size > 0) return;
    this.pausedStream?.resume();
    this.pausedStream = undefined;
  }

  /** Anybody who may connect to the database may notify: what they send must not end the process. */
  private announce(payload: string): void {
    try {
      this.handler.onChange(payload);
    } catch (error) {
      this.logger.error({ err: error, channel: this.channel }, 'a change could not be followed');
    }
  }

  /** Asks the server now and then: a connection that is silently dead would never announce anything again. */
  private checkLater(client: pg.Client): void {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.checkLater(client),
        (error: Error) => {
          if (this.client !== client || this.isStopped) return;
          this.logger.warn(`the listening connection does not answer: ${error.message}`);
          // Not `end()`: it would wait for the same dead connection.
          client.connection.stream.destroy();
        },
      );
    }, this.options.checkIntervalMs ?? CHECK_INTERVAL_MS);
  }

  /** One line at `error` for what does not pass by itself. */
  private tell(error: Error): void {
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

  /** Never rejects: what fails is tried again later. */
  private async reconnect(): Promise<void> {
    try {
      await this.connect(CONNECT_TIMEOUT_MS);
      this.logger.info('listening for changes again');
    } catch (error) {
      this.tell(error as Error);
      await this.client?.end().catch(() => undefined);
      this.reconnectLater();
    }
  }
}
