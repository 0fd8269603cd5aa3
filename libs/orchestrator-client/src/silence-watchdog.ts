/** What a {@link SilenceWatchdog} does and with which timers. Times in milliseconds. */
export interface SilenceWatchdogOptions {
  /** Silence for this long ends it; after half of it the peer is asked for a sign of life. */
  timeoutMs: number;
  setTimer: (callback: () => void, ms: number) => NodeJS.Timeout;
  /** Asks the peer for a sign of life. */
  ask: () => void;
  /** The peer is gone. */
  giveUp: () => void;
}

/**
 * Notices a controller that is silently gone: no network tells of a cut cable. The controller pings
 * only connections that are silent themselves, so whoever reports often hears nothing for long
 * although all is well; hence the question before the end.
 */
export class SilenceWatchdog {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SilenceWatchdogOptions) {}

  /** The peer showed a sign of life: the silence starts anew. */
  heard(): void {
    clearTimeout(this.timer);
    const { setTimer, timeoutMs, ask, giveUp } = this.options;
    this.timer = setTimer(() => {
      ask();
      this.timer = setTimer(giveUp, timeoutMs / 2);
    }, timeoutMs / 2);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
