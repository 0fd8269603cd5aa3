import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { SETTINGS } from '../config/settings.token.js';
import { Metrics } from '../metrics/metrics.js';
import { spanBudget } from '../tracing/bounded-spans.js';
import { ByteBudget } from './byte-budget.js';

const MIB = 1024 * 1024;
/** One orchestrator may use this fraction of the inbox, so that a few faulty ones cannot block the fleet unnoticed. */
const INBOX_SHARES = 8;
/** Twenty thousand registrations of 1.6 KiB, plus as much data behind each. */
const REGISTRATIONS_MIB = 64;
/** One message may have 250 KiB. */
const MESSAGES_MIB = 32;
/** Sixteen thousand ids. */
const LOOKUPS_MIB = 4;
/** Sixty-four per orchestrator, four times the maximum in flight to it. */
const LOOKUPS_OF_ONE = 16 * 1024;

/** The budgets of all buffers in this process, with the names used in metrics. */
@Injectable()
export class ByteBudgets {
  /** Incomplete frames of orchestrators in the memory of `ws`. */
  readonly frames: ByteBudget;
  /** Bodies of requests, from their first byte until the answer. */
  readonly bodies: ByteBudget;
  /** Recommendations and reports waiting for the database. */
  readonly inbox: ByteBudget;
  /** The latest health and configuration acknowledgement of each orchestrator, waiting for the database. */
  readonly liveState: ByteBudget;
  /** Events in memory. Never refuses: the oldest are dropped. */
  readonly activity: ByteBudget;
  /** Message acknowledgements waiting for the database. */
  readonly acknowledgements: ByteBudget;
  /** Lookups of acknowledged ids that have no delivery in progress. */
  readonly lookups = new ByteBudget(LOOKUPS_MIB * MIB, LOOKUPS_OF_ONE);
  /** Registrations in progress, and the data behind them. */
  readonly registrations = new ByteBudget(REGISTRATIONS_MIB * MIB);
  /** Messages of administrators waiting for the database. */
  readonly messages = new ByteBudget(MESSAGES_MIB * MIB);

  constructor(@Inject(SETTINGS) { limits }: Settings, metrics: Metrics) {
    this.frames = new ByteBudget(limits.frameBufferMb * MIB);
    this.bodies = new ByteBudget(limits.bodyBufferMb * MIB);
    const inboxBytes = limits.inboxBufferMb * MIB;
    this.inbox = new ByteBudget(inboxBytes, inboxBytes / INBOX_SHARES);
    this.acknowledgements = new ByteBudget(limits.ackBufferMb * MIB);
    this.liveState = new ByteBudget(limits.liveStateBufferMb * MIB);
    this.activity = new ByteBudget(limits.activityBufferMb * MIB);
    const { frames, bodies, inbox, liveState, activity, acknowledgements, lookups } = this;
    const { registrations, messages } = this;
    const traces = spanBudget() ?? new ByteBudget(limits.traceBufferMb * MIB);
    this.show(metrics, {
      frames,
      bodies,
      inbox,
      live_state: liveState,
      activity,
      acknowledgements,
      lookups,
      registrations,
      messages,
      traces,
    });
  }

  private show(metrics: Metrics, named: Record<string, ByteBudget>): void {
    const read = (figure: (budget: ByteBudget) => number) => () =>
      Object.entries(named).map(([buffer, budget]) => ({ labels: { buffer }, value: figure(budget) }));
    const labelNames = ['buffer'] as const;
    metrics.readGauge(
      { name: 'moolai_buffer_bytes', help: 'Bytes waiting in a buffer.', labelNames },
      read((budget) => budget.usedBytes),
    );
    metrics.readGauge(
      { name: 'moolai_buffer_limit_bytes', help: 'Maximum bytes that may wait there.', labelNames },
      read((budget) => budget.limitBytes),
    );
    metrics.readCounter(
      { name: 'moolai_buffer_refusals_total', help: 'Refused because it did not fit.', labelNames },
      read((budget) => budget.refusals),
    );
  }
}
