import { Injectable } from '@nestjs/common';
import type { DueWork } from '../../platform/process/due-work.js';
import { InstanceBus } from './instance-bus.js';
import { InstanceLease } from './instance-lease.js';

/** Work that is done when it is due, at the instance that schedules, wherever it was found to be due. */
@Injectable()
export class Scheduling {
  constructor(
    private readonly lease: InstanceLease,
    private readonly bus: InstanceBus,
  ) {}

  /** True if scheduled work runs here. */
  get isHere(): boolean {
    return this.lease.isScheduler;
  }

  /** Does this work when other instances expect it, when they may have, and when this one becomes the scheduler. */
  follow(topic: string, due: DueWork): void {
    this.bus.on(topic, (inMs) => due.expect(typeof inMs === 'number' ? inMs : 0));
    this.bus.onMissed(() => due.expect(0));
    this.lease.observe({ onScheduler: () => due.expect(0) });
  }

  /** Work is due in so many milliseconds. */
  expect(topic: string, due: DueWork, inMs: number): void {
    due.expect(inMs);
    if (!this.isHere) this.bus.tell(topic, inMs);
  }
}
