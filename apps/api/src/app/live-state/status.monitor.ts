import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { InstanceLease, type StartRow } from '../instances/index.js';
import { LiveFleet } from './live-fleet.js';
import { LiveStateRepository } from './live-state.repository.js';
import { LiveStateService } from './live-state.service.js';

const TURN_MS = 1_000;
/** A turn that is late by this much means that sockets were not read either. */
const STALL_MS = 1_000;

/**
 * Updates statuses as time passes: a TTL expires, or a lost connection is forgotten. Orchestrators that were active
 * when the controller stopped, or could not be heard while the process stood still, get a full TTL.
 */
@Injectable()
export class StatusMonitor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;
  private lastTurnMs = 0;

  constructor(
    private readonly liveState: LiveStateService,
    private readonly liveFleet: LiveFleet,
    private readonly repository: LiveStateRepository,
    private readonly lease: InstanceLease,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failure = 'statuses could not be reviewed';
    this.turns = new Recurring({ everyMs: TURN_MS, work: () => this.turn(), logger, failure });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.lease.observe({
      onEnded: (start) => void this.expectBack(start),
      onResumed: () => this.liveState.wasDeaf(),
    });
    await this.expectLeftBehind();
    this.lastTurnMs = this.clock.monotonicMs();
    this.turns.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.turns.stop();
  }

  /** Gives orchestrators whose controller instance has ended time to come back, at any instance. */
  private async expectLeftBehind(endedStart?: number): Promise<void> {
    const leftBehind = await this.repository.leftBehind(this.liveFleet.ttlMs, this.clock.now());
    // In one turn, so that none is missing from a count in between.
    if (endedStart !== undefined) this.liveState.instanceEnded(endedStart);
    this.liveState.expect(leftBehind);
  }

  /** Never rejects. */
  private async expectBack({ startId }: StartRow): Promise<void> {
    await this.expectLeftBehind(startId).catch((error: Error) => {
      this.logger.warn(`the orchestrators of an ended instance could not be read: ${error.message}`);
    });
  }

  /** One turn of the timer. */
  turn(): void {
    const nowMs = this.clock.monotonicMs();
    const lateMs = nowMs - this.lastTurnMs - TURN_MS;
    this.lastTurnMs = nowMs;
    if (lateMs > STALL_MS) {
      this.logger.warn({ stalled_ms: lateMs }, 'the controller stood still; silence counts anew from now');
      this.liveState.wasDeaf();
    }
    // Heartbeats are not processed meanwhile.
    if (!this.lease.isValid) return;
    this.liveState.review();
    if (this.settings.heartbeatPokerEnabled) this.probeSilent(nowMs);
  }

  /** Pings orchestrators after silence for half of the TTL, once per silence. */
  private probeSilent(nowMs: number): void {
    for (const entry of this.liveFleet.all()) {
      if (!entry.isConnected || entry.flag.isIndependent || entry.link.probe) continue;
      if (nowMs - entry.livenessMs >= this.liveFleet.ttlMs / 2) entry.link.sendProbe(nowMs);
    }
  }
}
