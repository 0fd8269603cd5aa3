import { Injectable } from '@nestjs/common';
import type { HandshakeError } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { FleetEvents } from '../events/index.js';

/** Whoever is refused tries again and again: the same refusal is told once in this time. */
const QUIET_MS = 10_000;
/** Ids are free to choose: more of them than this are not kept apart. */
const MAX_REMEMBERED = 1_000;

/** Tells of registrations that were refused, so that whoever sets one up sees why it does not come. */
@Injectable()
export class Refusals {
  /** When each was told last, the longest ago first. */
  private readonly toldAtMs = new Map<string, number>();

  constructor(
    private readonly events: FleetEvents,
    private readonly clock: Clock,
  ) {}

  tell(orchestratorId: string, remoteAddress: string, error: HandshakeError, detail: string): void {
    const key = `${error} ${orchestratorId}`;
    const nowMs = this.clock.nowMs();
    const lastMs = this.toldAtMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < QUIET_MS) return;
    this.remember(key, nowMs);
    this.events.publish({
      type: 'orchestrator.refused',
      // It has proved nothing yet: what it says of where it belongs must not reach anyone's feed.
      organizationId: null,
      orchestratorId,
      actor: 'orchestrator',
      summary: `${orchestratorId} was refused: ${detail}`,
      data: { error, detail, remote_address: remoteAddress },
    });
  }

  private remember(key: string, nowMs: number): void {
    this.toldAtMs.delete(key);
    const [oldest] = this.toldAtMs.keys();
    if (oldest !== undefined && this.toldAtMs.size >= MAX_REMEMBERED) this.toldAtMs.delete(oldest);
    this.toldAtMs.set(key, nowMs);
  }
}
