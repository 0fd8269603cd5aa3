interface Pending {
  callback: () => void;
  ms: number;
}

/** Timers that run when the test says so. */
export class ManualTimers {
  private readonly pending = new Map<NodeJS.Timeout, Pending>();

  /** Stands in for `setTimeout`; `clearTimeout` works on what it gives. */
  readonly set = (callback: () => void, ms: number): NodeJS.Timeout => {
    // A real timer that never ends by itself, so that clearing it can be seen.
    const timer = setTimeout(() => undefined, 2 ** 31 - 1).unref();
    this.pending.set(timer, { callback, ms });
    return timer;
  };

  /** How long the running timers were set to, in milliseconds, in the order they were set. */
  get running(): number[] {
    return this.live().map(([, { ms }]) => ms);
  }

  /** Lets the oldest running timer pass. */
  pass(): void {
    const [timer, { callback }] = this.live()[0] ?? [undefined, { callback: nothingRuns }];
    if (timer) this.pending.delete(timer);
    callback();
  }

  /** Lets all timers pass that run now. */
  passAll(): void {
    for (const [timer, { callback }] of this.live()) {
      // One of those before may have cleared it.
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
  throw new Error('no timer runs');
}
