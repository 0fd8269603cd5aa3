import type { HealthStatus, HeartbeatMessage } from '@moolai/contracts';
import { describeError } from './describe-error.js';
import type { SetTimer } from './timer.js';

/** Content and timing of the heartbeat. */
export interface HeartbeatOptions {
  orchestratorId: string;
  health: (() => HealthStatus) | undefined;
  send: (message: HeartbeatMessage) => void;
  /** Called when `health` throws. */
  onProblem: (detail: string) => void;
  setTimer: SetTimer;
  /** Returns a number from 0 to 1. */
  random: () => number;
}

/** Sends heartbeats at the controller's interval (contract section 3, `i_am_alive`). */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  /** Starts sending heartbeats every `intervalMs`, instead of those started before. */
  start(intervalMs: number): void {
    this.stop();
    // The first one at a random moment, so that a fleet that connected at once does not stay in step.
    this.beatAfter(intervalMs * this.options.random(), intervalMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private beatAfter(delayMs: number, intervalMs: number): void {
    this.timer = this.options.setTimer(() => {
      // First, so that `health` may stop the client.
      this.beatAfter(intervalMs, intervalMs);
      const { orchestratorId: orchestrator_id, send } = this.options;
      const health_status = this.readHealth();
      send({ type: 'i_am_alive', orchestrator_id, ...(health_status ? { health_status } : {}) });
    }, delayMs);
  }

  private readHealth(): HealthStatus | undefined {
    try {
      return this.options.health?.();
    } catch (error) {
      // An orchestrator that can't report its health is still alive.
      this.options.onProblem(describeError(error));
      return undefined;
    }
  }
}
