import { Injectable } from '@nestjs/common';
import { DataSource, type AfterQueryEvent, type EntitySubscriberInterface } from 'typeorm';
import { settleWithin } from '../process/settle-within.js';
import { poolOf, PROBE } from './controller-pool.js';
import { within, Work } from './work.js';

/** After this a question counts as lost, and the next one takes another connection. */
const LOST_MS = 2_000;

/**
 * One round trip: whether this server, or this role or database, only reads, or the role has lost its rights, as some
 * services have it while a database is larger than what is paid for.
 */
const READ_ONLY = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS "readOnly",
    has_table_privilege('orchestrator_instances', 'UPDATE') AND has_table_privilege('orchestrator_messages', 'INSERT')
      AS "mayWrite"`;
/** What a server says that reads and does not store: a full disk or no memory (53), read only, no right, a faulty file. */
const NOT_STORED = /^(53[12]|58|XX|25006|42501)/;
const ONLY_READS = '25006';
/** Takes room on the same disk, and gives it back. */
const TRIAL = `CREATE TEMPORARY TABLE moolai_trial ON COMMIT DROP AS SELECT repeat('x', 1000) FROM generate_series(1, 20)`;

/** Says whether the database answers, and whether it stores anything. */
@Injectable()
export class DatabaseProbe implements EntitySubscriberInterface {
  private asking: Promise<boolean> | undefined;
  private lastAnswerMs = performance.now();
  /** Why the last statement that was to store something did not; undefined when it did. */
  private refusal: string | undefined;
  /** True when that was because the server only reads: another one may write. */
  private isReadOnly = false;

  constructor(private readonly dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  /** Every statement that is answered shows that the database is there. */
  afterQuery({ success, error }: AfterQueryEvent): void {
    if (success) this.lastAnswerMs = performance.now();
    else this.noteFailure(error);
  }

  /** Why nothing is stored, as {@link latencyMs} has found it; null when it is. */
  get whyReadOnly(): string | null {
    return this.refusal ?? null;
  }

  /** True when nothing is stored because the server only reads. */
  get onlyReads(): boolean {
    return this.refusal !== undefined && this.isReadOnly;
  }

  /** True when any statement was answered within the last `ms` milliseconds. */
  hasAnsweredWithin(ms: number): boolean {
    return performance.now() - this.lastAnswerMs < ms;
  }

  /**
   * Milliseconds of a trivial query; null when it failed or took longer than `patienceMs`. Who asks while
   * an earlier question is open waits for its answer: a database that hangs must not get a queue of them.
   */
  async latencyMs(patienceMs: number): Promise<number | null> {
    const startedAt = performance.now();
    const asking = (this.asking ??= this.ask());
    try {
      if (!(await settleWithin(asking, patienceMs)) || !(await asking)) return null;
      return Math.round((performance.now() - startedAt) * 10) / 10;
    } catch (error) {
      // A server that only reads is refused before it is asked anything.
      this.noteFailure(error);
      return null;
    }
  }

  private ask(): Promise<boolean> {
    const answer = within(new Work(PROBE), () => this.look());
    return settleWithin(answer, LOST_MS)
      .then((isAnswered) => {
        // What has forgotten this connection on the way may have forgotten the other quiet ones.
        if (!isAnswered) poolOf(this.dataSource).renew();
        return isAnswered;
      })
      .finally(() => (this.asking = undefined));
  }

  /** A refusal is tried out again, since nobody may write meanwhile: requests go where health is good. */
  private async look(): Promise<void> {
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
      this.noteFailure(error);
    }
  }

  private noteFailure(error: unknown): void {
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
