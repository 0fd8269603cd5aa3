import { Injectable } from '@nestjs/common';
import type { ControllerHealth, InternalHealth } from '@moolai/contracts';
import { DatabaseProbe } from '../../platform/database/database-probe.js';
import { KeptFiles } from '../../platform/files/kept-files.js';
import { ProcessInfo } from '../../platform/process-info.js';
import { ConnectionRegistry } from '../gateway/index.js';
import { HeartbeatWriter, PendingWrites } from '../live-state/index.js';

/** A load balancer asks every few seconds; a database that takes longer is as good as down. */
const PATIENCE_MS = 1_500;

/** Says whether the controller can do its work. */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly connections: ConnectionRegistry,
    private readonly writer: HeartbeatWriter,
    private readonly pending: PendingWrites,
    private readonly files: KeptFiles,
    private readonly process: ProcessInfo,
  ) {}

  async controller(): Promise<ControllerHealth> {
    const isUp = (await this.database.latencyMs(PATIENCE_MS)) !== null;
    return {
      status: isUp ? 'ok' : 'degraded',
      database: isUp ? 'up' : 'down',
      files: this.files.health,
      ...this.about(),
    };
  }

  async internal(): Promise<InternalHealth> {
    const latencyMs = await this.database.latencyMs(PATIENCE_MS);
    return {
      status: latencyMs === null ? 'degraded' : 'ok',
      database: { status: latencyMs === null ? 'down' : 'up', latency_ms: latencyMs },
      websocket: this.connections.counts(),
      heartbeat_writer: {
        pending: this.pending.size,
        last_flush_at: this.writer.lastFlushAt?.toISOString() ?? null,
        last_error: this.writer.lastError,
        consecutive_failures: this.writer.consecutiveFailures,
      },
      files: this.files.health,
      ...this.about(),
    };
  }

  private about(): { uptime_sec: number; version: string } {
    return { uptime_sec: this.process.uptimeSec(), version: this.process.version };
  }
}
