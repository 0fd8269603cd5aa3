/** Answer of `GET /api/v1/controller/health`: 200 when `ok`, 503 when `degraded`. */
export interface ControllerHealth {
  status: 'ok' | 'degraded';
  database: 'up' | 'down';
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
  uptime_sec: number;
  version: string;
}
