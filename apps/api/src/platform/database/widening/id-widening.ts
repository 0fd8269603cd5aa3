import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../clock/clock.js';
import type { Settings } from '../../config/settings.js';
import { SETTINGS } from '../../config/settings.token.js';
import { LOGGER, type Logger } from '../../logging/logger.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from '../connection.js';
import { openClient } from '../open-client.js';
import { pinSession } from '../session.js';
import { WIDENED_TABLES, type WidenedTable } from './widened-tables.js';
import { WideningSteps } from './widening-steps.js';

/** An arbitrary constant: the lock of the process that widens ids. */
const WIDENING_LOCK = 8_765_005;
const AGAIN_MS = 60_000;
const LOG_EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;
/** Each pause is as long as the work before it, which limits the work to half of the database's capacity. */
const LONGEST_REST_MS = 2_000;

/**
 * Widens message ids to 64 bits while the controller runs (docs/adr/0014): fills the wide columns, builds their
 * indexes, and swaps them in once the previous version is no longer needed. The progress is in the database, so that a
 * restart continues it.
 */
@Injectable()
export class IdWidening implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private loggedAtMs = -Infinity;

  constructor(
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Never rejects: repeats every minute until all tables are wide. */
  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.connected((client) => this.widenAll(client))) return;
      } catch (error) {
        if (signal.aborted) return;
        this.logger.warn(`ids could not be widened yet: ${(error as Error).message}`);
      }
      await delay(AGAIN_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  /** Uses its own connection, whose statements may take hours, and which a clean shutdown closes. */
  private async connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await openClient(this.connection, {
      application_name: 'moolai-controller-widening',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const cut = (): void => void client.connection.stream.destroy();
    this.stopping.signal.addEventListener('abort', cut);
    try {
      this.stopping.signal.throwIfAborted();
      await pinSession(client);
      return await work(client);
    } finally {
      this.stopping.signal.removeEventListener('abort', cut);
      await client.end().catch(() => undefined);
    }
  }

  /** @returns true if nothing is left to do */
  private async widenAll(client: pg.Client): Promise<boolean> {
    const { rows: left } = await client.query('SELECT 1 FROM id_widening');
    if (left.length === 0) return true;
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      WIDENING_LOCK,
    ]);
    if (!rows[0]?.mine) return false;
    // A crash of the server loses the latest work together with its progress.
    await client.query('SET synchronous_commit = off');
    let isDone = true;
    for (const widened of WIDENED_TABLES) {
      // Tables that refer to messages come first, so that no id is too large for them.
      isDone = (await this.widen(widened, new WideningSteps(client, widened), isDone)) && isDone;
    }
    return isDone;
  }

  /** @returns true if the table is wide */
  private async widen(widened: WidenedTable, steps: WideningSteps, maySwap: boolean): Promise<boolean> {
    const state = await steps.state();
    if (!state) return true;
    await this.fill(widened, steps, state.filledTo);
    while (!(await steps.check())) {
      // Another session had locked a row.
      await this.rest(LONGEST_REST_MS);
      await this.fill(widened, steps, 0);
    }
    await steps.index();
    const dueMs = state.since.getTime() + this.settings.messageIdSwapAfterHours * HOUR_MS;
    if (!maySwap || this.clock.nowMs() < dueMs) return false;
    const blockedMs = await steps.swap();
    const { table, column } = widened;
    this.logger.info({ table, column, blocked_ms: Math.round(blockedMs * 10) / 10 }, 'the ids are wide now');
    return true;
  }

  private async fill(widened: WidenedTable, steps: WideningSteps, from: number): Promise<void> {
    for (let filledTo: number | undefined = from; filledTo !== undefined;) {
      this.logProgress(widened, filledTo);
      const startedAt = performance.now();
      filledTo = await steps.fill(filledTo);
      await this.rest(Math.min(performance.now() - startedAt, LONGEST_REST_MS));
    }
  }

  private rest(ms: number): Promise<void> {
    return delay(ms, undefined, { ref: false, signal: this.stopping.signal });
  }

  private logProgress({ table }: WidenedTable, filledTo: number): void {
    const nowMs = performance.now();
    if (nowMs - this.loggedAtMs < LOG_EVERY_MS) return;
    this.loggedAtMs = nowMs;
    this.logger.info({ table, filled_to: filledTo }, 'ids are being widened');
  }
}
