import { UnavailableError } from '../errors/app-error.js';
import { WorkAbandonedError, type Work } from './work.js';

const RETRY_AFTER_SEC = 5;

interface Waiter {
  enter: () => void;
}

/** Limits of the number of waiting callers and their waiting time. */
export interface QueueLimits {
  places: number;
  maxWaiting: number;
  maxWaitMs: number;
}

/**
 * A fixed number of places with a bounded queue. Callers take turns: one that requests a thousand at once does not make
 * others wait for all of them.
 */
export class FairQueue {
  private free: number;
  private count = 0;
  /** By caller; the first one is next. */
  private readonly waiting = new Map<string, Set<Waiter>>();

  constructor(private readonly limits: QueueLimits) {
    this.free = limits.places;
  }

  /** Number of waiting requests. */
  get size(): number {
    return this.count;
  }

  /** Number of occupied places. */
  get occupied(): number {
    return this.limits.places - this.free;
  }

  /**
   * Resolves once the caller has a place.
   * @throws UnavailableError when too many wait, or the wait was too long
   * @throws WorkAbandonedError when the work was abandoned in the meantime
   */
  enter(caller: string, work?: Work): Promise<void> {
    if (work?.isAbandoned) return Promise.reject(new WorkAbandonedError());
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    if (this.count >= this.limits.maxWaiting) return Promise.reject(busy());
    return this.wait(caller, work);
  }

  /** Releases a place to the next caller. */
  leave(): void {
    for (const [caller, waiters] of this.waiting) {
      const [next] = waiters;
      if (!next) continue;
      this.remove(caller, next);
      const rest = this.waiting.get(caller);
      if (rest) {
        this.waiting.delete(caller);
        this.waiting.set(caller, rest);
      }
      next.enter();
      return;
    }
    this.free += 1;
  }

  private wait(caller: string, work: Work | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        leaveWork?.();
      };
      const refuse = (error: Error): void => {
        this.remove(caller, waiter);
        settle();
        reject(error);
      };
      const waiter: Waiter = {
        enter: () => {
          settle();
          resolve();
        },
      };
      const timer = setTimeout(() => refuse(busy()), this.limits.maxWaitMs);
      const leaveWork = work?.join({
        abandon: () => {
          refuse(new WorkAbandonedError());
          return 'undone';
        },
      });
      const waiters = this.waiting.get(caller) ?? new Set();
      this.waiting.set(caller, waiters.add(waiter));
      this.count += 1;
    });
  }

  private remove(caller: string, waiter: Waiter): void {
    const waiters = this.waiting.get(caller);
    if (!waiters?.delete(waiter)) return;
    this.count -= 1;
    if (waiters.size === 0) this.waiting.delete(caller);
  }
}

function busy(): UnavailableError {
  return new UnavailableError('The controller is busy.', RETRY_AFTER_SEC);
}
