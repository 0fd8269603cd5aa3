import { Injectable } from '@nestjs/common';
import { ExpectedBack } from './expected-back.js';
import type { LiveEntry } from './live-orchestrator.js';

/**
 * The orchestrators in memory: those that are connected or were lost a moment ago, and those that are expected back
 * after a start. Other features read it through `LiveFleet` and change it through `LiveStateService`.
 */
@Injectable()
export class LiveRegistry {
  readonly expected = new ExpectedBack();
  /** Until then this process did not read its sockets. Monotonic. */
  deafUntilMs = 0;
  /** Increases with each change of an entry that readers of the fleet can see; heartbeats are counted on their path. */
  changes = 0;
  private readonly entries = new Map<string, LiveEntry>();

  get(orchestratorId: string): LiveEntry | undefined {
    return this.entries.get(orchestratorId);
  }

  all(): IterableIterator<LiveEntry> {
    return this.entries.values();
  }

  set(entry: LiveEntry): void {
    this.entries.set(entry.orchestratorId, entry);
    this.changes += 1;
  }

  delete(entry: LiveEntry): void {
    this.entries.delete(entry.orchestratorId);
    this.changes += 1;
  }
}
