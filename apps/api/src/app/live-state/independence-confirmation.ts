import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { InstanceBus, InstanceLease, type StartRow } from '../instances/index.js';
import { IndependenceListener } from './independence.listener.js';

const TOPIC = 'independence';
const CONFIRMED = 'confirmed';
/** A lost instance is noticed earlier. */
const CONFIRM_MS = 12_000;
const ASK_MS = 3_000;
const CATCH_UP_MS = 2_000;

/** Makes a switch of independence take effect at every instance before it is answered. */
@Injectable()
export class IndependenceConfirmation implements OnModuleInit {
  constructor(
    private readonly bus: InstanceBus,
    private readonly lease: InstanceLease,
    private readonly listener: IndependenceListener,
  ) {}

  onModuleInit(): void {
    this.bus.on(TOPIC, async () => ((await this.listener.caughtUp(CATCH_UP_MS)) ? CONFIRMED : null));
  }

  /**
   * Waits until every other instance has applied the switches that are committed now, or has ended: no heartbeat that
   * arrives later is processed under an older flag, wherever it arrives.
   * @throws AppError `unavailable` if an instance that lives has not confirmed that in time
   */
  async untilAllFollow(): Promise<void> {
    if (!this.lease.isShared) return;
    const deadlineMs = performance.now() + CONFIRM_MS;
    await this.lease.refresh();
    for (let waiting = this.lease.others; waiting.length > 0;) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new AppError('unavailable', unconfirmed(waiting));
      const asked = waiting.map(({ startId }) => startId);
      const answers = await this.bus.ask(TOPIC, null, Math.min(leftMs, ASK_MS), asked);
      const live = new Set(this.lease.others.map(({ startId }) => startId));
      waiting = waiting.filter(({ startId }) => live.has(startId) && answers.get(startId) !== CONFIRMED);
    }
  }
}

function unconfirmed(instances: StartRow[]): string {
  const names = instances.map(({ instanceId }) => instanceId).join(', ');
  return `The switch is stored, but ${names} has not confirmed it yet; repeat the request to be sure.`;
}
