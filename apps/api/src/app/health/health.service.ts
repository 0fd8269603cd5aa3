import { Injectable } from '@nestjs/common';
import type { ControllerHealth, InternalHealth } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { ProcessInfo } from '../../platform/process-info.js';
import { ConnectionRegistry } from '../gateway/index.js';
import { HeartbeatWriter, PendingWrites } from '../live-state/index.js';

/** A load balancer asks every few seconds; a database that takes longer is as good as down. */
const PING_TIMEOUT_MS = 1_500;

/** Says whether the controller can do its work. */
@Injectable()
export class HealthService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: ConnectionRegistry,
    private readonly writer: HeartbeatWriter,
    private readonly pending: PendingWrites,
    private readonly process: ProcessInfo,
  ) {}

  async controller(): Promise<ControllerHealth> {
    const isUp = (await this.latencyMs()) !== null;
    return { status: isUp ? 'ok' : 'degraded', database: isUp ? 'up' : 'down', ...this.about() };
  }

  async internal(): Promise<InternalHealth> {
    const latencyMs = await this.latencyMs();
    return {
      status: latencyMs === null ? 'degraded' : 'ok',
      database: { status: latencyMs === null ? 'down' : 'up', latency_ms: latencyMs },
      websocket: this.connections.counts(),
      heartbeat_writer: {
        pending: this.pending.size,
        last_flush_at: this.writer.lastFlushAt?.toISOString() ?? null,
        last_error: this.writer.lastError,
      },
      ...this.about(),
    };
  }

  private about(): { uptime_sec: number; version: string } {
    return { uptime_sec: this.process.uptimeSec(), version: this.process.version };
  }

  /** Milliseconds of a trivial query; null when it failed or took too long. */
  private async latencyMs(): Promise<number | null> {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('timeout')), PING_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.dataSource.query('SELECT 1'), timeout]);
      return Math.round((performance.now() - startedAt) * 10) / 10;
    } catch {
      // The answer says it: down.
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
