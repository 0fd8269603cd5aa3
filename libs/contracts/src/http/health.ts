/** Whether the files under `CONTROLLER_CONFIG_DIR` say what they should. They never make a controller `degraded`. */
export interface FilesHealth {
  /** `failing` while one cannot be written, or is missing; it is tried again until it is right. */
  status: 'ok' | 'failing';
  /** Since when, ISO 8601; null when all is well. */
  pending_since: string | null;
  /** Which file and why. */
  error: string | null;
}

/** Answer of `GET /api/v1/controller/health`: 200 when `ok`, 503 when `degraded`. */
export interface ControllerHealth {
  status: 'ok' | 'degraded';
  database: 'up' | 'down';
  files: FilesHealth;
  /** False while it answers and stores nothing. */
  database_writable: boolean;
  uptime_sec: number;
  version: string;
}

/**
 * What figures are counted over: the whole fleet, the organizations of the caller, or nothing, for a caller who is not
 * known. They are 0 then.
 */
export const HEALTH_FIGURES = ['fleet', 'organizations', 'none'] as const;
export type HealthFigures = (typeof HEALTH_FIGURES)[number];

/** Answer of `GET /api/v1/internal/health`. */
export interface InternalHealth {
  status: 'ok' | 'degraded';
  database: {
    status: 'up' | 'down';
    latency_ms: number | null;
    /** Why it stores nothing; null when it does. */
    write_error: string | null;
  };
  /** What `websocket` and `heartbeat_writer.pending` count. */
  figures: HealthFigures;
  websocket: { connections: number; registered: number };
  /** Heartbeats that wait in memory to be written. */
  heartbeat_writer: {
    pending: number;
    last_flush_at: string | null;
    last_error: string | null;
    /** Failed batches since the last one that was written. */
    consecutive_failures: number;
  };
  files: FilesHealth;
  /**
   * Settings whose secret is one of development although other machines can reach the controller; empty for callers
   * who do not see the whole fleet.
   */
  default_secrets: string[];
  uptime_sec: number;
  version: string;
}
