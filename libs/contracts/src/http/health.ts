/** State of the files under `CONTROLLER_CONFIG_DIR`. It never makes a controller `degraded`. */
export interface FilesHealth {
  /** `failing` while a file is missing or cannot be written; the controller retries until it succeeds. */
  status: 'ok' | 'failing';
  /** Since when, ISO 8601; null if all files are up to date. */
  pending_since: string | null;
  /** Which file fails, and why. */
  error: string | null;
}

/** Whether Redis answers; `off` without `REDIS_URL`. It never makes a controller `degraded`. */
export const REDIS_STATUSES = ['up', 'down', 'off'] as const;
export type RedisStatus = (typeof REDIS_STATUSES)[number];

/** Answer of `GET /api/v1/controller/health`: 200 when `ok`, 503 when `degraded`. */
export interface ControllerHealth {
  status: 'ok' | 'degraded';
  database: 'up' | 'down';
  files: FilesHealth;
  /** False while the database can be read but not written. */
  database_writable: boolean;
  redis: RedisStatus;
  uptime_sec: number;
  version: string;
}

/**
 * The scope of figures: the whole fleet, the caller's organizations, or nothing for an unauthenticated caller, whose
 * figures are 0.
 */
export const HEALTH_FIGURES = ['fleet', 'organizations', 'none'] as const;
export type HealthFigures = (typeof HEALTH_FIGURES)[number];

/** Answer of `GET /api/v1/internal/health`. */
export interface InternalHealth {
  status: 'ok' | 'degraded';
  database: {
    status: 'up' | 'down';
    latency_ms: number | null;
    /** Why writing fails; null if it works. */
    write_error: string | null;
  };
  redis: {
    status: RedisStatus;
    /** Duration of the last ping; null unless `up`. */
    latency_ms: number | null;
  };
  /** How many controllers of this fleet are up, as listed at `GET /api/v1/internal/instances`. */
  instances: number;
  /** Scope of `websocket` and `heartbeat_writer.pending`. */
  figures: HealthFigures;
  websocket: { connections: number; registered: number };
  /** Heartbeats in memory, waiting to be written. */
  heartbeat_writer: {
    pending: number;
    last_flush_at: string | null;
    last_error: string | null;
    /** Batches that failed since the last successful one. */
    consecutive_failures: number;
  };
  files: FilesHealth;
  /**
   * Settings that still hold a development secret although other machines can reach the controller; empty for callers
   * who do not see the whole fleet.
   */
  default_secrets: string[];
  uptime_sec: number;
  version: string;
}
