/**
 * State of a controller instance: it works; it shuts down and takes no new connections; or it was not heard of for five
 * seconds and no other instance counts on it.
 */
export const INSTANCE_STATUSES = ['up', 'draining', 'lost'] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

/** One controller of the fleet. A lost one is listed for 10 minutes, one that shut down is not. */
export interface Instance {
  /** `INSTANCE_ID`. */
  instance_id: string;
  status: InstanceStatus;
  version: string;
  /** ISO 8601 UTC, like `last_heard_at`; both by the clock of the database. */
  started_at: string;
  /** When it last renewed its lease in the database; that happens every second. */
  last_heard_at: string;
  /** Open WebSocket connections, registered or not; the last known number of a lost instance. */
  connections: number;
  registered: number;
  /** True for the one that runs scheduled work: retention, backups, expiry. */
  is_scheduler: boolean;
}
