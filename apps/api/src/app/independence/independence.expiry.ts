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
/** Leases that were written by plain SQL are noticed within this time. */
const LOOK_AGAIN_MS = 30_000;

/** Ends independence whose lease is over. Asks the database only when one is due. */
@Injectable()
export class IndependenceExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private nextMs = 0;

  constructor(
    private readonly repository: IndependenceRepository,
    private readonly independence: IndependenceService,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.independence.onLease((expiresAt) => this.expect(expiresAt));
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (this.running) await this.lastWrites.settle(this.running);
  }

  private expect(expiresAt: Date): void {
    this.nextMs = Math.min(this.nextMs, expiresAt.getTime());
  }

  private turn(): void {
    if (this.running || this.clock.nowMs() < this.nextMs) return;
    this.running = this.endDue()
      .catch((error: Error) => this.logger.warn(`leases could not be ended: ${error.message}`))
      .finally(() => (this.running = undefined));
  }

  private async endDue(): Promise<void> {
    this.nextMs = this.clock.nowMs() + LOOK_AGAIN_MS;
    await this.independence.endExpired();
    const next = await this.repository.nextExpiry();
    if (next) this.expect(next);
  }
}
