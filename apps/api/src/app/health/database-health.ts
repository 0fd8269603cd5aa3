import { Injectable } from '@nestjs/common';
import { DatabaseProbe } from '../../platform/database/database-probe.js';
import { HeartbeatWriter } from '../live-state/index.js';

/** A single failure may be a restart of the server; retries come a second apart. */
const FAILURES = 3;

/** Tells whether the database answers, and whether data can be stored. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly probe: DatabaseProbe,
    private readonly heartbeats: HeartbeatWriter,
  ) {}

  /** Milliseconds of a trivial query; null if it failed or took longer. */
  latencyMs(patienceMs: number): Promise<number | null> {
    return this.probe.latencyMs(patienceMs);
  }

  /** Why data cannot be stored, according to the database and the latest writes; null if it can. */
  whyNotWritable(): string | null {
    const { lastError, consecutiveFailures } = this.heartbeats;
    return this.probe.whyReadOnly ?? (consecutiveFailures >= FAILURES ? lastError : null);
  }
}
