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
  uptime_sec: number;
  version: string;
}

/** Answer of `GET /api/v1/internal/health`. */
export interface InternalHealth {
  status: 'ok' | 'degraded';
  database: { status: 'up' | 'down'; latency_ms: number | null };
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
  uptime_sec: number;
  version: string;
}
