import type { HealthStatus, HeartbeatMessage } from '@moolai/contracts';
import { describeError } from './describe-error.js';
import type { SetTimer } from './timer.js';

/** What a {@link Heartbeat} says, and how. */
export interface HeartbeatOptions {
  orchestratorId: string;
  health: (() => HealthStatus) | undefined;
  send: (message: HeartbeatMessage) => void;
  /** `health` threw. */
  onProblem: (detail: string) => void;
  setTimer: SetTimer;
  /** A number from 0 to 1. */
  random: () => number;
}

/** Tells the controller at its interval that the orchestrator lives (contract section 3, `i_am_alive`). */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  /** Beats from now on, in milliseconds. */
  start(intervalMs: number): void {
    // The first one at a random moment: a fleet that came at once must not beat at once for ever.
    this.beatAfter(intervalMs * this.options.random(), intervalMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private beatAfter(delayMs: number, intervalMs: number): void {
    this.timer = this.options.setTimer(() => {
      const { orchestratorId: orchestrator_id, send } = this.options;
      const health_status = this.askHealth();
      send({ type: 'i_am_alive', orchestrator_id, ...(health_status ? { health_status } : {}) });
      this.beatAfter(intervalMs, intervalMs);
    }, delayMs);
  }

  private askHealth(): HealthStatus | undefined {
    try {
      return this.options.health?.();
    } catch (error) {
      // An orchestrator that can't say how it is, is alive.
      this.options.onProblem(describeError(error));
      return undefined;
    }
  }
}
