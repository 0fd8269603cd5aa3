import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { IndependenceRepository } from './independence.repository.js';
import { IndependenceService } from './independence.service.js';

const TURN_MS = 500;
/** Leases that were written by plain SQL, and a clock that was set, are noticed within this time. */
const LOOK_AGAIN_MS = 30_000;

/** Ends independence whose lease is over. Asks the database only when one is due. */
@Injectable()
export class IndependenceExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** When the database is asked next; monotonic. */
  private nextMs = 0;

  constructor(
    private readonly repository: IndependenceRepository,
    private readonly independence: IndependenceService,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.independence.onLease((expiresAt) => this.expect(expiresAt.getTime() - this.clock.nowMs()));
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (this.running) await this.lastWrites.settle(this.running);
  }

  private expect(inMs: number): void {
    this.nextMs = Math.min(this.nextMs, this.clock.monotonicMs() + inMs);
  }

  private turn(): void {
    if (this.running || this.clock.monotonicMs() < this.nextMs) return;
    this.running = this.endDue()
      .catch((error: Error) => this.logger.warn(`leases could not be ended: ${error.message}`))
      .finally(() => (this.running = undefined));
  }

  private async endDue(): Promise<void> {
    this.nextMs = this.clock.monotonicMs() + LOOK_AGAIN_MS;
    await this.independence.endExpired();
    const nextMs = await this.repository.nextExpiryMs();
    if (nextMs !== null) this.expect(nextMs);
  }
}
