/** Limits of a {@link SendPace}. */
export interface PaceBounds {
  /** Number of frames allowed at once after a rest. */
  burst: number;
  perSec: number;
}

/**
 * A token bucket. The controller answers `rate_limited` when an orchestrator exceeds its limit, and ends the connection
 * after 20 errors within a minute (contract section 3). A queue that filled up for days must stay below that when the
 * controller is back.
 */
export class SendPace {
  private tokens: number;
  private filledAtMs: number;

  constructor(
    private readonly bounds: PaceBounds,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.tokens = bounds.burst;
    this.filledAtMs = nowMs();
  }

  /** Reserves one frame. Returns 0, or the milliseconds to wait before the next attempt. */
  reserve(): number {
    this.fill();
    if (this.tokens < 1) return Math.ceil(((1 - this.tokens) * 1000) / this.bounds.perSec);
    this.tokens -= 1;
    return 0;
  }

  /** Allows nothing for this many milliseconds. */
  pause(ms: number): void {
    this.fill();
    this.tokens = Math.min(this.tokens, 0) - (ms * this.bounds.perSec) / 1000;
  }

  private fill(): void {
    const nowMs = this.nowMs();
    const { burst, perSec } = this.bounds;
    this.tokens = Math.min(burst, this.tokens + ((nowMs - this.filledAtMs) * perSec) / 1000);
    this.filledAtMs = nowMs;
  }
}
