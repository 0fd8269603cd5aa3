import { Injectable } from '@nestjs/common';
import { DataSource, type AfterQueryEvent, type EntitySubscriberInterface } from 'typeorm';
import { settleWithin } from '../process/settle-within.js';
import { poolOf, PROBE } from './controller-pool.js';
import { within, Work } from './work.js';

/** After this time a query counts as lost, and the next one uses another connection. */
const LOST_MS = 2_000;

/**
 * One round trip that tells whether the server, role or database is read-only, or the role lost its rights. Some
 * services do that while a database exceeds its paid size.
 */
const READ_ONLY = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS "readOnly",
    has_table_privilege('orchestrator_instances', 'UPDATE') AND has_table_privilege('orchestrator_messages', 'INSERT')
      AS "mayWrite"`;
/**
 * SQLSTATEs of a server that reads but cannot write: a full disk or no memory (53), read-only, no right, a corrupt
 * file.
 */
const NOT_STORED = /^(53[12]|58|XX|25006|42501)/;
const ONLY_READS = '25006';
/** Allocates space on the same disk and releases it. */
const TRIAL = `CREATE TEMPORARY TABLE moolai_trial ON COMMIT DROP AS SELECT repeat('x', 1000) FROM generate_series(1, 20)`;

/** Tells whether the database answers and whether it stores data. */
@Injectable()
export class DatabaseProbe implements EntitySubscriberInterface {
  private running: Promise<boolean> | undefined;
  private lastAnswerMs = performance.now();
  /** Why the last write failed; undefined if it succeeded. */
  private refusal: string | undefined;
  /** True if the server was read-only: another one may accept writes. */
  private isReadOnly = false;

  constructor(private readonly dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  /** Each answered statement shows that the database is reachable. */
  afterQuery({ success, error }: AfterQueryEvent): void {
    if (success) this.lastAnswerMs = performance.now();
    else this.recordFailure(error);
  }

  /** Why writing fails, as found by {@link latencyMs}; null if it works. */
  get whyReadOnly(): string | null {
    return this.refusal ?? null;
  }

  /** True if writing fails because the server is read-only. */
  get onlyReads(): boolean {
    return this.refusal !== undefined && this.isReadOnly;
  }

  /** True if any statement was answered within the last `ms` milliseconds. */
  hasAnsweredWithin(ms: number): boolean {
    return performance.now() - this.lastAnswerMs < ms;
  }

  /**
   * Milliseconds of a trivial query; null if it failed or took longer than `patienceMs`. Concurrent calls share one
   * query, so that a hanging database gets no queue of them.
   */
  async latencyMs(patienceMs: number): Promise<number | null> {
    const startedAt = performance.now();
    const running = (this.running ??= this.startQuery());
    try {
      if (!(await settleWithin(running, patienceMs)) || !(await running)) return null;
      return Math.round((performance.now() - startedAt) * 10) / 10;
    } catch (error) {
      // A read-only server refuses the connection before any query.
      this.recordFailure(error);
      return null;
    }
  }

  private startQuery(): Promise<boolean> {
    const answer = within(new Work(PROBE), () => this.check());
    return settleWithin(answer, LOST_MS)
      .then((isAnswered) => {
        // A firewall that dropped this connection may have dropped the other quiet ones.
        if (!isAnswered) poolOf(this.dataSource).renew();
        return isAnswered;
      })
      .finally(() => (this.running = undefined));
  }

  /** Retries a refused write, because no other write may happen: requests go only to healthy controllers. */
  private async check(): Promise<void> {
    const [row] = await this.dataSource.query<{ readOnly: boolean; mayWrite: boolean }[]>(READ_ONLY);
    if (row?.readOnly) this.refuse('the database only reads', true);
    else if (row?.mayWrite === false) this.refuse('the role may not write to its tables', false);
    else if (this.refusal !== undefined) await this.tryOut();
  }

  private async tryOut(): Promise<void> {
    try {
      await this.dataSource.transaction((manager) => manager.query(TRIAL));
      this.refusal = undefined;
    } catch (error) {
      this.recordFailure(error);
    }
  }

  private recordFailure(error: unknown): void {
    if (!(error instanceof Error)) return;
    const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
    const sqlState = code ?? driverError?.code;
    if (typeof sqlState === 'string' && NOT_STORED.test(sqlState))
      this.refuse(error.message, sqlState === ONLY_READS);
  }

  private refuse(reason: string, isReadOnly: boolean): void {
    this.refusal = reason;
    this.isReadOnly = isReadOnly;
  }
}
