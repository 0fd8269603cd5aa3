import { Injectable } from '@nestjs/common';
import { DataSource, type AfterQueryEvent, type EntitySubscriberInterface } from 'typeorm';
import { settleWithin } from '../process/settle-within.js';
import { PROBE } from './controller-pool.js';
import { within, Work } from './work.js';

/** After this a question counts as lost, and the next one takes another connection. */
const LOST_MS = 2_000;

/** Says whether the database answers. */
@Injectable()
export class DatabaseProbe implements EntitySubscriberInterface {
  private asking: Promise<boolean> | undefined;
  private lastAnswerMs = performance.now();

  constructor(private readonly dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  /** Every statement that is answered shows that the database is there. */
  afterQuery({ success }: AfterQueryEvent): void {
    if (success) this.lastAnswerMs = performance.now();
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
    } catch {
      // The answer says it: down.
      return null;
    }
  }

  private ask(): Promise<boolean> {
    const answer = within(new Work(PROBE), () => this.dataSource.query('SELECT 1'));
    return settleWithin(answer, LOST_MS).finally(() => (this.asking = undefined));
  }
}
