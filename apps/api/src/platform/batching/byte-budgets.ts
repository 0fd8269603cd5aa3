import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { SETTINGS } from '../config/settings.token.js';
import { Metrics } from '../metrics/metrics.js';
import { ByteBudget } from './byte-budget.js';

const MIB = 1024 * 1024;
/** One orchestrator may fill so much of the inbox: eight of them must not be able to close it to a fleet unnoticed. */
const INBOX_SHARES = 8;

/** The budgets of everything that waits in this process, each with the name that its figures have. */
@Injectable()
export class ByteBudgets {
  /** Recommendations and reports that wait for the database. */
  readonly inbox: ByteBudget;
  /** Health and answers to configurations that wait for the database, the newest of each orchestrator. */
  readonly liveState: ByteBudget;
  /** Events in memory. These refuse nothing: the oldest make room. */
  readonly activity: ByteBudget;

  constructor(@Inject(SETTINGS) { limits }: Settings, metrics: Metrics) {
    const inboxBytes = limits.inboxBufferMb * MIB;
    this.inbox = new ByteBudget(inboxBytes, inboxBytes / INBOX_SHARES);
    this.liveState = new ByteBudget(limits.liveStateBufferMb * MIB);
    this.activity = new ByteBudget(limits.activityBufferMb * MIB);
    this.show(metrics, { inbox: this.inbox, live_state: this.liveState, activity: this.activity });
  }

  private show(metrics: Metrics, named: Record<string, ByteBudget>): void {
    const read = (figure: (budget: ByteBudget) => number) => () =>
      Object.entries(named).map(([buffer, budget]) => ({ labels: { buffer }, value: figure(budget) }));
    const labelNames = ['buffer'] as const;
    metrics.readGauge(
      { name: 'moolai_buffer_bytes', help: 'Bytes that wait in a buffer.', labelNames },
      read((budget) => budget.usedBytes),
    );
    metrics.readGauge(
      { name: 'moolai_buffer_limit_bytes', help: 'How many may wait there.', labelNames },
      read((budget) => budget.limitBytes),
    );
    metrics.readCounter(
      { name: 'moolai_buffer_refusals_total', help: 'What was refused because it did not fit.', labelNames },
      read((budget) => budget.refusals),
    );
  }
}
