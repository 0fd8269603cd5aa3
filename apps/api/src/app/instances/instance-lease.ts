import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { RequestDrain } from '../../platform/http/request-drain.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { Recurring } from '../../platform/process/recurring.js';
import { ProcessInfo } from '../../platform/process-info.js';
import { InstancesRepository, type InstanceFigures, type StartRow } from './instances.repository.js';

/** An instance that did not renew its lease for so long is lost. */
export const LEASE_MS = 5_000;
const RENEW_MS = 1_000;
/** How long a start that ended is remembered by the other instances. */
const REMEMBERED_SEC = 600;

/** Counts the connections of this instance. */
type Count = () => { connections: number; registered: number };

/** A receiver of what happens to instances. Must not throw. */
export interface InstanceObserver {
  /** Another instance ended or was lost: its orchestrators have to come back somewhere. */
  onEnded?(start: StartRow): void;
  /** Others declared this instance lost, or it gave up: its connections belong to it no more. */
  onDisowned?(): void;
  /** The database has just renewed the lease of this instance. */
  onRenewed?(): void;
  /** This instance could not renew its lease for a while, and can again. */
  onResumed?(): void;
  /** This instance became the scheduler, or is it no more. */
  onScheduler?(isScheduler: boolean): void;
}

/**
 * The lease of this instance in the database. While the lease is valid, no other instance assumes that this one is gone.
 * When it is over, by this process's own monotonic clock, heartbeats are not processed: another instance may have
 * promised by then that they are not. A controller that has the database to itself needs no lease, and never loses it.
 */
@Injectable()
export class InstanceLease implements OnModuleInit, BeforeApplicationShutdown {
  /** The id of this start; a new one after this instance was declared lost. */
  startId = 0;
  /** The end of the lease; monotonic. The path of heartbeats reads it. */
  untilMs = Infinity;
  /** Live instances and those that ended a short time ago, as of the last renewal. */
  instances: readonly StartRow[] = [];
  readonly isShared: boolean;
  private readonly turns: Recurring;
  private readonly observers: InstanceObserver[] = [];
  private readonly knownEnded = new Set<number>();
  private count: Count = () => ({ connections: 0, registered: 0 });
  private wasScheduler = false;
  private hasFailed = false;
  /** Since when each renewal succeeded; monotonic. */
  private renewingSinceMs = Infinity;

  constructor(
    private readonly repository: InstancesRepository,
    private readonly drain: RequestDrain,
    private readonly process: ProcessInfo,
    private readonly lastWrites: LastWrites,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.isShared = settings.redis !== undefined;
    const failure = 'the lease of this instance could not be renewed';
    this.turns = new Recurring({ everyMs: RENEW_MS, work: () => this.turn(), logger, failure });
  }

  async onModuleInit(): Promise<void> {
    await this.begin();
    if (!this.isShared) await this.repository.endOthers(this.startId);
    await this.repository.electScheduler(this.startId);
    await this.look();
    this.turns.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.turns.stop();
    // The others need not wait for the end of the lease.
    await this.lastWrites.settle(this.repository.end(this.startId));
  }

  observe(observer: InstanceObserver): void {
    this.observers.push(observer);
  }

  /** Has these figures stored with each renewal. */
  countWith(count: Count): void {
    this.count = count;
  }

  /** What this instance reports about itself. */
  figures(): InstanceFigures {
    return { ...this.count(), isDraining: this.drain.isAnnounced };
  }

  /** Closes the connections of this instance: other instances can serve them, this one cannot. */
  giveUp(): void {
    for (const observer of this.observers) observer.onDisowned?.();
  }

  /** True if this instance may act: its lease is valid. */
  get isValid(): boolean {
    return this.clock.monotonicMs() < this.untilMs;
  }

  /** True if scheduled work runs here. */
  get isScheduler(): boolean {
    return this.isValid && this.wasScheduler;
  }

  /** The other instances that live. */
  get others(): StartRow[] {
    return this.instances.filter(({ startId, endedAt }) => endedAt === null && startId !== this.startId);
  }

  private async begin(): Promise<void> {
    const askedMs = this.clock.monotonicMs();
    const { instanceId, heartbeatTtlSec } = this.settings;
    const ttlMs = heartbeatTtlSec * 1_000;
    this.startId = await this.repository.begin(instanceId, this.process.version, LEASE_MS, ttlMs);
    this.renewed(askedMs);
  }

  /** One turn of the timer. A failure is reported once, until a turn succeeds. */
  private async turn(): Promise<void> {
    try {
      await this.renew();
      this.hasFailed = false;
    } catch (error) {
      if (this.hasFailed) return;
      this.hasFailed = true;
      throw error;
    }
  }

  private async renew(): Promise<void> {
    const askedMs = this.clock.monotonicMs();
    const figures = this.figures();
    const isMine = await this.repository.renew(this.startId, LEASE_MS, figures);
    if (!isMine) await this.beginAgain();
    else this.renewed(askedMs);
    // After an outage of the database the others need time to renew their leases too.
    if (this.isShared && askedMs - this.renewingSinceMs >= LEASE_MS)
      await this.repository.endLost(this.startId);
    if (!figures.isDraining) await this.repository.electScheduler(this.startId);
    await this.look();
  }

  private renewed(askedMs: number): void {
    if (!this.isShared) return;
    const wasValid = this.isValid;
    // From the moment before the question: the database counts from a later one.
    this.untilMs = askedMs + LEASE_MS;
    for (const observer of this.observers) observer.onRenewed?.();
    if (wasValid && this.renewingSinceMs !== Infinity) return;
    this.renewingSinceMs = askedMs;
    for (const observer of this.observers) observer.onResumed?.();
  }

  private async beginAgain(): Promise<void> {
    this.logger.warn('this instance was declared lost; its orchestrators have to register again');
    for (const observer of this.observers) observer.onDisowned?.();
    await this.begin();
  }

  /** Reads which instances live: one may have started since the last renewal. */
  refresh(): Promise<void> {
    return this.look();
  }

  private async look(): Promise<void> {
    this.instances = await this.repository.recent(REMEMBERED_SEC);
    const { isScheduler = false } = this.instances.find(({ startId }) => startId === this.startId) ?? {};
    if (isScheduler !== this.wasScheduler) {
      this.wasScheduler = isScheduler;
      for (const observer of this.observers) observer.onScheduler?.(isScheduler);
    }
    for (const start of this.instances) {
      if (start.endedAt === null || start.startId === this.startId || this.knownEnded.has(start.startId))
        continue;
      this.knownEnded.add(start.startId);
      for (const observer of this.observers) observer.onEnded?.(start);
    }
    const remembered = new Set(this.instances.map(({ startId }) => startId));
    for (const startId of this.knownEnded) if (!remembered.has(startId)) this.knownEnded.delete(startId);
  }
}
