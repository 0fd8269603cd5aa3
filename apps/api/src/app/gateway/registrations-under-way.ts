import { Inject, Injectable } from '@nestjs/common';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { Clock } from '../../platform/clock/clock.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';

/**
 * The registrations in progress. Their number alone says little about the load: a fast database registers ten thousand
 * in a second, a slow one a hundred. So further ones are admitted until the oldest has waited for too long; the limit
 * on their number only bounds the memory.
 */
@Injectable()
export class RegistrationsUnderWay {
  private begun = 0;
  /** No registration with a lower number is in progress. */
  private oldest = 1;
  /** When each began, by its number; monotonic. */
  private readonly sinceMs = new Map<number, number>();

  constructor(
    private readonly budgets: ByteBudgets,
    private readonly clock: Clock,
    @Inject(GATEWAY_TIMING) private readonly timing: GatewayTiming,
  ) {}

  /**
   * Begins a registration, until {@link end}.
   * @param bytes the size of the frame with the request
   * @returns its number, which is higher than those of all earlier ones; undefined if it has to be refused
   */
  begin(bytes: number): number | undefined {
    const nowMs = this.clock.monotonicMs();
    const isFull = this.sinceMs.size >= this.timing.maxRegistrationsAtOnce;
    if (isFull || this.waitMs(nowMs) > this.timing.maxRegistrationWaitMs) return undefined;
    if (!this.budgets.registrations.reserve(bytes)) return undefined;
    const number = (this.begun += 1);
    this.sinceMs.set(number, nowMs);
    return number;
  }

  /** Ends what {@link begin} began with this size. */
  end(number: number, bytes: number): void {
    this.sinceMs.delete(number);
    this.budgets.registrations.release(bytes);
  }

  /** How long the oldest has been in progress; 0 if none is. */
  private waitMs(nowMs: number): number {
    if (this.sinceMs.size === 0) this.oldest = this.begun + 1;
    while (this.oldest <= this.begun) {
      const sinceMs = this.sinceMs.get(this.oldest);
      if (sinceMs !== undefined) return nowMs - sinceMs;
      this.oldest += 1;
    }
    return 0;
  }
}
