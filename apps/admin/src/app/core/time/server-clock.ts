import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';

const TICK_MS = 1_000;
/** A smaller difference is a network delay rather than a wrong clock. */
const TOLERATED_SKEW_MS = 1_500;

/**
 * The controller's time. "2 seconds ago" compares with this clock, so that a workstation with a wrong clock shows
 * correct texts. Stops while the tab is hidden.
 */
@Injectable({ providedIn: 'root' })
export class ServerClock {
  private readonly document = inject(DOCUMENT);
  private readonly current = signal(Date.now());
  private readonly skew = signal(0);

  /** Milliseconds since 1970; updated every second. */
  readonly nowMs = this.current.asReadonly();
  /** How far the controller's clock is ahead of this machine's; 0 for a network delay. */
  readonly skewMs = this.skew.asReadonly();

  constructor() {
    const timer = setInterval(() => this.tick(), TICK_MS);
    const onVisible = (): void => this.tick();
    this.document.addEventListener('visibilitychange', onVisible);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.document.removeEventListener('visibilitychange', onVisible);
    });
  }

  /** Uses the time in an answer of the controller. */
  observe(timestamp: string): void {
    const skewMs = Date.parse(timestamp) - Date.now();
    if (Number.isNaN(skewMs)) return;
    this.skew.set(Math.abs(skewMs) <= TOLERATED_SKEW_MS ? 0 : skewMs);
    // Update now, not with the next tick.
    if (this.skew() !== 0) this.tick();
  }

  private tick(): void {
    if (!this.document.hidden) this.current.set(Date.now() + this.skew());
  }
}
