import { Injectable } from '@nestjs/common';
import { DatabaseProbe } from '../../platform/database/database-probe.js';
import { HeartbeatWriter } from '../live-state/index.js';

/** One failure may be a restart of the server; they come a second apart. */
const FAILURES = 3;

/** Says whether the database answers, and whether what the controller takes can be stored. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly probe: DatabaseProbe,
    private readonly heartbeats: HeartbeatWriter,
  ) {}

  /** Milliseconds of a trivial query; null when it failed or took longer. */
  latencyMs(patienceMs: number): Promise<number | null> {
    return this.probe.latencyMs(patienceMs);
  }

  /** Why nothing is stored, by what the database said last and by the latest writes; null when it is. */
  whyNotWritable(): string | null {
    const { lastError, consecutiveFailures } = this.heartbeats;
    return this.probe.whyReadOnly ?? (consecutiveFailures >= FAILURES ? lastError : null);
  }
}
