/** Callbacks and timers of a {@link SilenceWatchdog}. Times are in milliseconds. */
export interface SilenceWatchdogOptions {
  /** The connection is given up after this much silence; the peer is pinged after half of it. */
  timeoutMs: number;
  setTimer: (callback: () => void, ms: number) => NodeJS.Timeout;
  /** Pings the peer. */
  ping: () => void;
  /** Gives up the connection. */
  giveUp: () => void;
}

/**
 * Detects a controller that vanished without closing the connection, for example behind a cut cable. The controller
 * pings only silent connections, so an orchestrator that reports often may receive nothing for long although all is
 * well. That is why the watchdog pings before it gives up.
 */
export class SilenceWatchdog {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SilenceWatchdogOptions) {}

  /** Restarts the timer, because the peer sent something. */
  restart(): void {
    clearTimeout(this.timer);
    const { setTimer, timeoutMs, ping, giveUp } = this.options;
    this.timer = setTimer(() => {
      ping();
      this.timer = setTimer(giveUp, timeoutMs / 2);
    }, timeoutMs / 2);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
