import type { Instance, InstanceStatus } from '@moolai/contracts';
import type { StartRow } from './instances.repository.js';

function statusOf({ endedAt, isDraining }: StartRow): InstanceStatus {
  if (endedAt !== null) return 'lost';
  return isDraining ? 'draining' : 'up';
}

/** The wire form of a start that lives or was lost. */
export function toInstance(row: StartRow): Instance {
  return {
    instance_id: row.instanceId,
    status: statusOf(row),
    version: row.version,
    started_at: row.startedAt.toISOString(),
    last_heard_at: row.heardAt.toISOString(),
    connections: row.connections,
    registered: row.registered,
    is_scheduler: row.isScheduler && row.endedAt === null,
  };
}
