import type { OnApplicationShutdown } from '@nestjs/common';
import type { RedisSettings } from '../config/redis-settings.js';
import type { Logger } from '../logging/logger.js';
import { Recurring } from '../process/recurring.js';
import { settleWithin } from '../process/settle-within.js';
import { KeptConnection, type Keeper } from './kept-connection.js';
import { connect, end, newClient, type RedisClient } from './redis-client.js';
import { RedisConnection, type Kept, type Subscription } from './redis-connection.js';
import { follow } from './subscription.js';

const PING_EVERY_MS = 1_000;
const PING_MS = 1_000;
/** A start does not wait longer than this for Redis. */
const START_MS = 2_000;
const ASK_MS = 1_000;
const FAREWELL_MS = 500;
/** A command that Redis refuses again and again is reported at most this often. */
const REPORT_MS = 60_000;

/** The connections to the server of `REDIS_URL`. */
export class LiveRedis extends RedisConnection implements Keeper, OnApplicationShutdown {
  readonly isEnabled = true;
  private client: RedisClient | undefined;
  private latency: number | null = null;
  /** Undefined before the first attempt. */
  private wasUp: boolean | undefined;
  private isClosed = false;
  private readonly rises = new Set<() => void>();
  private readonly falls = new Set<() => void>();
  private readonly kept = new Set<KeptConnection>();
  private readonly reportedAt = new Map<string, number>();
  private readonly turns: Recurring;

  /** @param fleet distinguishes the keys of this fleet from those of others on the same server */
  constructor(
    private readonly settings: RedisSettings,
    private readonly fleet: string,
    private readonly logger: Logger,
  ) {
    super();
    const failure = 'Redis could not be watched';
    this.turns = new Recurring({ everyMs: PING_EVERY_MS, work: () => this.check(), logger, failure });
  }

  get isUp(): boolean {
    return this.wasUp === true;
  }

  get latencyMs(): number | null {
    return this.isUp ? this.latency : null;
  }

  /** Connects, and continues without Redis if that takes too long. */
  async start(): Promise<void> {
    this.turns.start();
    await settleWithin(this.turns.run(), START_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    void this.turns.stop();
    for (const one of this.kept) one.stop();
    const { client } = this;
    if (!client) return;
    // The last events of this process may be on their way.
    await settleWithin(client.close(), FAREWELL_MS);
    end(client);
  }

  key(name: string): string {
    return `moolai:${this.fleet}:${name}`;
  }

  onUp(listener: () => void): () => void {
    this.rises.add(listener);
    return () => this.rises.delete(listener);
  }

  onDown(listener: () => void): () => void {
    this.falls.add(listener);
    return () => this.falls.delete(listener);
  }

  async ask<T>(work: (client: RedisClient) => Promise<T>, withinMs = ASK_MS): Promise<T | undefined> {
    const { client } = this;
    if (!client || !this.isUp) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), withinMs);
    });
    try {
      return await Promise.race([work(client), late]);
    } catch (error) {
      if (this.client === client) this.report('a command of Redis failed', error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  keep(name: string, use: (client: RedisClient) => Promise<void>): Kept {
    const one = new KeptConnection(this, name, use);
    this.kept.add(one);
    one.begin();
    return one;
  }

  subscribe(subscription: Subscription): Kept {
    return this.keep('subscriber', (client) => follow(client, subscription));
  }

  open(name: string): RedisClient {
    return newClient(this.settings, `moolai-controller-${name}`);
  }

  ended(name: string, error: unknown): void {
    this.report(`the ${name} connection to Redis ended and is opened again`, error);
  }

  forget(kept: KeptConnection): void {
    this.kept.delete(kept);
  }

  private async check(): Promise<void> {
    try {
      const client = this.client ?? (await this.connect());
      const startedAt = performance.now();
      if (!(await settleWithin(client.ping(), PING_MS))) throw new Error('it does not answer');
      this.latency = Math.round((performance.now() - startedAt) * 10) / 10;
      if (this.client === client) this.rise();
    } catch (error) {
      this.fall(error);
    }
  }

  private async connect(): Promise<RedisClient> {
    const client = this.open('commands');
    await connect(client);
    if (this.isClosed) end(client);
    this.client = client;
    client.once('error', (error: unknown) => {
      if (this.client !== client) return;
      this.fall(error);
      // The server may be there: only this connection was lost.
      setImmediate(() => void this.turns.run());
    });
    return client;
  }

  private rise(): void {
    if (this.isUp || this.isClosed) return;
    const { host, port } = this.settings;
    if (this.wasUp === undefined) this.logger.info({ host, port }, 'Redis answers');
    else this.logger.info({ host, port }, 'Redis answers again');
    this.wasUp = true;
    this.notify(this.rises);
    for (const one of this.kept) one.begin();
  }

  private fall(error: unknown): void {
    const { client, wasUp } = this;
    this.client = undefined;
    if (client) end(client);
    if (wasUp === false || this.isClosed) return;
    this.wasUp = false;
    const { host, port } = this.settings;
    const reason = reasonOf(error);
    this.logger.warn({ host, port, reason }, 'Redis is away: this controller goes on without it');
    for (const one of this.kept) one.restart();
    if (wasUp) this.notify(this.falls);
  }

  private notify(listeners: Set<() => void>): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        this.logger.error({ err: error }, 'a change of Redis could not be handled');
      }
    }
  }

  private report(what: string, error: unknown): void {
    const reason = reasonOf(error);
    const subject = `${what} ${reason.split(' ', 1).join()}`;
    const reportedAt = this.reportedAt.get(subject);
    const nowMs = performance.now();
    if (reportedAt !== undefined && nowMs - reportedAt < REPORT_MS) return;
    this.reportedAt.set(subject, nowMs);
    this.logger.warn({ reason }, what);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
