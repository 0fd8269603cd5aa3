import { Injectable } from '@nestjs/common';
import type { Instance } from '@moolai/contracts';
import { InstanceLease } from './instance-lease.js';
import { toInstance } from './instances.mapper.js';
import type { StartRow } from './instances.repository.js';

/** Which controllers share this fleet, as of the last renewal of this instance's lease. */
@Injectable()
export class InstancesService {
  constructor(private readonly lease: InstanceLease) {}

  /** Those that live, and those that were lost within ten minutes and have not come back; oldest first. */
  list(): Instance[] {
    return this.rows().map(toInstance);
  }

  /** How many are up: they accept connections. */
  get upCount(): number {
    return this.list().filter(({ status }) => status === 'up').length;
  }

  private rows(): StartRow[] {
    const { startId, instances, isShared } = this.lease;
    const rows = instances.map((row) =>
      row.startId === startId ? { ...row, ...this.lease.figures() } : row,
    );
    // A controller that has the database to itself replaces the start before, however that ended.
    if (!isShared) return rows.filter((row) => row.startId === startId);
    return rows.filter((row) => row.endedAt === null || (row.wasLost && !cameBack(row, rows)));
  }
}

/** True if the same instance has started again, or its lease is valid again after it was declared lost. */
function cameBack({ startId, instanceId }: StartRow, rows: StartRow[]): boolean {
  return rows.some((other) => other.instanceId === instanceId && other.startId > startId);
}
