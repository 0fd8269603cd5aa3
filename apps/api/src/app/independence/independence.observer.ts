import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { FleetEvent, IndependenceObservationKind } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { Recurring } from '../../platform/process/recurring.js';
import { FleetEvents } from '../events/index.js';
import { LiveFleet, type LiveEntry } from '../live-state/index.js';
import { IndependenceHistoryRepository, type Observation } from './independence-history.repository.js';

const TURN_MS = 1_000;
/** Limit of observations waiting for a database that is down; the oldest are dropped. */
const MAX_WAITING = 10_000;

/** Observations of one independent connection. */
interface Watched {
  entry: LiveEntry;
  ignoredHeartbeats: number;
  /** Monotonic. */
  sinceMs: number;
  isSilent: boolean;
}

/**
 * Observes independent orchestrators, whose heartbeats are ignored: lost and restored links, and missing heartbeats.
 * The observations are only shown and have no effect.
 */
@Injectable()
export class IndependenceObserver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly watched = new Map<string, Watched>();
  private waiting: Observation[] = [];
  private readonly turns: Recurring;
  private readonly writes: Recurring;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly history: IndependenceHistoryRepository,
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failure = 'independent orchestrators could not be observed';
    this.turns = new Recurring({ everyMs: TURN_MS, work: () => this.turn(), logger, failure });
    // A separate timer: the observer keeps watching while the database does not answer.
    this.writes = new Recurring({ everyMs: TURN_MS, work: () => this.write(), logger, failure });
  }

  onApplicationBootstrap(): void {
    this.unsubscribe = this.events.subscribeOwn((event) => this.onEvent(event));
    this.turns.start();
    this.writes.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe?.();
    await this.turns.stop();
    await this.lastWrites.settle(this.writes.stop().then(() => this.write()));
  }

  private onEvent({ type, orchestrator_id, data }: FleetEvent): void {
    if (orchestrator_id === null) return;
    if (type === 'orchestrator.connected' && data.is_independent) {
      this.record(orchestrator_id, 'link_back', 'It has connected.');
    } else if (type === 'orchestrator.disconnected' && data.is_independent) {
      const how = data.was_abnormal ? 'was lost without a goodbye' : 'was closed';
      this.record(orchestrator_id, 'link_lost', `Its connection ${how}.`);
      this.watched.delete(orchestrator_id);
    }
  }

  private turn(): void {
    const nowMs = this.clock.monotonicMs();
    for (const entry of this.liveFleet.all()) {
      if (entry.isConnected && entry.flag.isIndependent) this.observe(entry, nowMs);
      else if (this.watched.size > 0) this.watched.delete(entry.orchestratorId);
    }
  }

  private observe(entry: LiveEntry, nowMs: number): void {
    const { orchestratorId, ignoredHeartbeats } = entry;
    const known = this.watched.get(orchestratorId);
    if (known?.entry !== entry) {
      this.watched.set(orchestratorId, { entry, ignoredHeartbeats, sinceMs: nowMs, isSilent: false });
    } else if (known.ignoredHeartbeats !== ignoredHeartbeats) {
      if (known.isSilent) this.record(orchestratorId, 'heartbeats_back', 'Its heartbeats have come back.');
      Object.assign(known, { ignoredHeartbeats, sinceMs: nowMs, isSilent: false });
    } else if (!known.isSilent && nowMs - known.sinceMs >= this.liveFleet.ttlMs) {
      known.isSilent = true;
      const ttlSec = this.liveFleet.ttlMs / 1000;
      this.record(
        orchestratorId,
        'ttl_exceeded',
        `No heartbeat came for ${ttlSec} seconds; it would be inactive.`,
      );
    }
  }

  private record(orchestratorId: string, kind: IndependenceObservationKind, detail: string): void {
    if (this.waiting.length >= MAX_WAITING) this.waiting.shift();
    this.waiting.push({ orchestratorId, atMs: this.clock.nowMs(), kind, detail });
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    try {
      await this.history.observe(batch);
    } catch (error) {
      this.waiting = [...batch, ...this.waiting].slice(-MAX_WAITING);
      this.logger.debug(`observations wait: ${(error as Error).message}`);
    }
  }
}
