import { Injectable } from '@nestjs/common';
import { CLOSE_CODES } from '@moolai/contracts';
import { PacedQueue } from '../../platform/batching/paced-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import { FleetMirror } from './fleet-mirror.js';
import { IndependenceFlags } from './independence-flags.js';
import { LiveFleet } from './live-fleet.js';
import type { LiveEntry } from './live-orchestrator.js';
import { LiveRegistry } from './live-registry.js';
import type { LeftBehind } from './live-state.repository.js';
import { PendingWrites } from './pending-writes.js';
import { StatusAnnouncer } from './status-announcer.js';

/**
 * Changes the in-memory state of the fleet (HLD 4.2 and 6.5): who is connected, since when, and when each was
 * last seen. Memory is exact; the database trails it by at most a second.
 */
@Injectable()
export class LiveStateService {
  private readonly switched = new PacedQueue<LiveEntry>((entry) => this.announceSwitched(entry));
  /** True while connections end because the controller shuts down. */
  isLeaving = false;

  constructor(
    private readonly registry: LiveRegistry,
    private readonly liveFleet: LiveFleet,
    private readonly announcer: StatusAnnouncer,
    private readonly pending: PendingWrites,
    private readonly flags: IndependenceFlags,
    private readonly mirror: FleetMirror,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a registered connection.
   * @returns the entry that it replaces, when that one is still connected
   */
  markHandshake(entry: LiveEntry): LiveEntry | undefined {
    const previous = this.registry.get(entry.orchestratorId);
    if (previous && !previous.isConnected) this.flags.release(previous.orchestratorId);
    this.registry.set(entry);
    this.mirror.delete(entry.orchestratorId, entry.ownerEpoch);
    this.registry.expected.delete(entry.orchestratorId);
    this.announcer.announce(entry);
    return previous?.isConnected ? previous : undefined;
  }

  /**
   * The connection of `entry` has ended. Only the entry of this very connection changes: the late end
   * of an old connection must not remove the new one.
   */
  remove(entry: LiveEntry, wasAbnormal: boolean): void {
    // A shutdown is no failure of the orchestrators: the table keeps them, and the next start expects them back.
    if (this.isLeaving) return;
    entry.isConnected = false;
    if (entry.movedTo !== null) return;
    if (this.registry.get(entry.orchestratorId) !== entry) {
      this.flags.release(entry.orchestratorId);
      return;
    }
    if (wasAbnormal) entry.abnormalEndMs = this.clock.monotonicMs();
    this.announcer.announce(entry);
    if (!wasAbnormal) this.forget(entry);
  }

  /**
   * Another instance has the orchestrator, or this one lost the right to it: forgets it without an announcement.
   * @param movedTo where it went, for people
   */
  disown(entry: LiveEntry, movedTo: string): void {
    if (entry.movedTo !== null) return;
    entry.movedTo = movedTo;
    if (this.registry.get(entry.orchestratorId) === entry) this.registry.delete(entry);
    this.flags.release(entry.orchestratorId);
  }

  /** The controller shuts down: the ends of connections change no entry any more. */
  leave(): void {
    this.isLeaving = true;
  }

  /** Applies a switch that took effect; see {@link LiveEntry.livenessMs}. */
  independenceSwitched(orchestratorId: string, isIndependent: boolean, lastSeenMs: number | null): void {
    const entry = this.registry.get(orchestratorId);
    if (!entry) return;
    if (isIndependent) {
      entry.lastSeenMs = lastSeenMs ?? 0;
    } else {
      entry.livenessMs = this.clock.monotonicMs();
      entry.link.probe = null;
    }
    this.registry.changes += 1;
    // The flag has changed already; thousands that are switched together are announced in several turns.
    this.switched.push(entry);
  }

  /** Announces every status that time alone has changed, and forgets lost connections that do not matter any more. */
  review(): void {
    const nowMs = this.clock.monotonicMs();
    for (const entry of this.registry.all()) {
      if (entry.announcedStatus === 'active' && this.liveFleet.isPlainlyActive(entry, nowMs)) continue;
      this.announcer.announceIfChanged(entry);
      if (!entry.isConnected && entry.announcedStatus !== 'error') this.forget(entry);
    }
    for (const [orchestratorId, expected] of this.registry.expected.removeOverdue(nowMs)) {
      this.announcer.announceAbsent(orchestratorId, expected);
    }
  }

  /** Gives orchestrators that were there when the controller went down time to come back; others become inactive. */
  expect(leftBehind: LeftBehind[]): void {
    const absent = leftBehind.filter(({ orchestratorId }) => !this.isConnectedAnywhere(orchestratorId));
    const gone = this.registry.expected.add(absent, this.clock.monotonicMs());
    for (const orchestratorId of gone) this.pending.statusMayHaveChanged(orchestratorId);
  }

  /** Another instance has ended, and speaks for no orchestrator any more. */
  instanceEnded(startId: number): void {
    this.mirror.drop(startId);
  }

  /** The orchestrator was switched or deleted. */
  noLongerExpect(orchestratorId: string): void {
    this.registry.expected.delete(orchestratorId);
  }

  /** The orchestrator was deleted: one that gets its id is another one, with another row and no lost connection. */
  deleted(orchestratorId: string): void {
    this.noLongerExpect(orchestratorId);
    this.mirror.delete(orchestratorId);
    this.pending.forget(orchestratorId);
    const entry = this.registry.get(orchestratorId);
    if (entry?.isConnected) entry.link.close(CLOSE_CODES.registrationRefused, 'orchestrator was deleted');
    else if (entry) this.forget(entry);
  }

  /** This process did not read its sockets for a while: missing heartbeats do not count for that time. */
  wasDeaf(): void {
    this.registry.deafUntilMs = this.clock.monotonicMs();
  }

  private isConnectedAnywhere(orchestratorId: string): boolean {
    return (this.registry.get(orchestratorId) ?? this.mirror.get(orchestratorId))?.isConnected ?? false;
  }

  private forget(entry: LiveEntry): void {
    this.registry.delete(entry);
    this.flags.release(entry.orchestratorId);
  }

  /** Another connection, or none, may have taken its place meanwhile. */
  private announceSwitched(entry: LiveEntry): void {
    if (this.registry.get(entry.orchestratorId) === entry) this.announcer.announceIfChanged(entry);
  }
}
