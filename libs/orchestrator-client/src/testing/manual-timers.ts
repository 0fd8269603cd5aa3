interface Pending {
  callback: () => void;
  ms: number;
}

/** Timers that fire when the test says so. */
export class ManualTimers {
  private readonly pending = new Map<NodeJS.Timeout, Pending>();

  /** Replaces `setTimeout`; `clearTimeout` works on the result. */
  readonly set = (callback: () => void, ms: number): NodeJS.Timeout => {
    // A real timer that never fires, so that clearing it is observable.
    const timer = setTimeout(() => undefined, 2 ** 31 - 1).unref();
    this.pending.set(timer, { callback, ms });
    return timer;
  };

  /** The durations of the running timers, in milliseconds, in the order they were set. */
  get running(): number[] {
    return this.live().map(([, { ms }]) => ms);
  }

  /** Fires the oldest running timer. */
  pass(): void {
    const [timer, { callback }] = this.live()[0] ?? [undefined, { callback: nothingRuns }];
    if (timer) this.pending.delete(timer);
    callback();
  }

  /** Fires all timers that are running now. */
  passAll(): void {
    for (const [timer, { callback }] of this.live()) {
      // An earlier one may have cleared it.
      if (!this.isRunning(timer)) continue;
      this.pending.delete(timer);
      callback();
    }
  }

  private live(): [NodeJS.Timeout, Pending][] {
    return [...this.pending].filter(([timer]) => this.isRunning(timer));
  }

  private isRunning(timer: NodeJS.Timeout): boolean {
    return this.pending.has(timer) && !(timer as unknown as { _destroyed: boolean })._destroyed;
  }
}

function nothingRuns(): never {
  throw new Error('no timer is running');
}
