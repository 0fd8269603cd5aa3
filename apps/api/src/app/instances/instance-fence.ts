import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { InstanceLease } from './instance-lease.js';

const TURN_MS = 1_000;
/**
 * How long a renewal counts as a sign that the instance reaches the database. Shorter than a lease: when this one ends
 * because no instance reaches the database, all earlier signs are gone.
 */
const SIGN_MS = 2_000;
/** Turns in a row with a sign: a process that stood still may have given one late. */
const SIGNS = 3;
/** Without the database and without Redis, it is unknown whether the other instances work; then they are assumed to. */
const ALONE_MS = 15_000;

/**
 * Gives up the orchestrators of this instance when it has lost the database and others have not: they would not count as
 * alive here. While no instance reaches the database, all keep their connections, because no other place is better.
 */
@Injectable()
export class InstanceFence implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly turns: Recurring;
  private readonly key: string;
  private fencedAtMs: number | undefined;
  private isGivenUp = false;
  private signs = 0;

  constructor(
    private readonly lease: InstanceLease,
    private readonly redis: RedisConnection,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.key = redis.key('renewed');
    const failure = 'it could not be determined whether other controllers reach the database';
    this.turns = new Recurring({ everyMs: TURN_MS, work: () => this.turn(), logger, failure });
    lease.observe({ onRenewed: () => this.giveSign() });
  }

  onApplicationBootstrap(): void {
    if (this.lease.isShared) this.turns.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.turns.stop();
  }

  private async turn(): Promise<void> {
    const { lease } = this;
    if (lease.isValid) {
      this.fencedAtMs = undefined;
      this.isGivenUp = false;
      this.signs = 0;
      return;
    }
    this.fencedAtMs ??= this.clock.monotonicMs();
    if (this.isGivenUp || !(await this.mustGiveUp(this.fencedAtMs))) return;
    this.isGivenUp = true;
    this.logger.warn(
      'other controllers reach the database, this one does not: its orchestrators have to move',
    );
    lease.giveUp();
  }

  private giveSign(): void {
    const expiration = { type: 'PX', value: SIGN_MS } as const;
    const name = String(this.lease.startId);
    void this.redis.ask((client) => client.set(this.key, name, { expiration }));
  }

  private async mustGiveUp(fencedAtMs: number): Promise<boolean> {
    if (!this.redis.isUp) return this.clock.monotonicMs() - fencedAtMs >= ALONE_MS;
    const renewedBy = await this.redis.ask((client) => client.get(this.key));
    const isSign = typeof renewedBy === 'string' && renewedBy !== String(this.lease.startId);
    this.signs = isSign ? this.signs + 1 : 0;
    return this.signs >= SIGNS;
  }
}
