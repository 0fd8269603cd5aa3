import { Injectable } from '@nestjs/common';
import type { ControllerHealth, InternalHealth } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { HeartbeatWriter } from '../live-state/index.js';
import { DefaultSecrets } from '../users/index.js';
import { DatabaseHealth } from './database-health.js';
import { HealthFigures } from './health-figures.js';
import { InstanceHealth } from './instance-health.js';

/** A load balancer asks every few seconds; a slower database counts as down. */
const PATIENCE_MS = 1_500;

/** Determines the health of the controller. */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly figures: HealthFigures,
    private readonly writer: HeartbeatWriter,
    private readonly instance: InstanceHealth,
    private readonly secrets: DefaultSecrets,
  ) {}

  async controller(): Promise<ControllerHealth> {
    const isUp = (await this.database.latencyMs(PATIENCE_MS)) !== null;
    const writable = isUp && this.database.whyNotWritable() === null;
    return {
      status: writable ? 'ok' : 'degraded',
      database: isUp ? 'up' : 'down',
      database_writable: writable,
      redis: this.instance.redis.status,
      ...this.instance.about(),
    };
  }

  /** @param scope of the caller; undefined for an anonymous one */
  async internal(scope: Scope | undefined): Promise<InternalHealth> {
    const latencyMs = await this.database.latencyMs(PATIENCE_MS);
    const { figures, websocket, pending } = this.figures.within(scope);
    const writeError = this.database.whyNotWritable();
    return {
      status: latencyMs === null || writeError !== null ? 'degraded' : 'ok',
      database: {
        status: latencyMs === null ? 'down' : 'up',
        latency_ms: latencyMs,
        write_error: writeError,
      },
      redis: this.instance.redis,
      instances: this.instance.upCount,
      figures,
      websocket,
      heartbeat_writer: {
        pending,
        last_flush_at: this.writer.lastFlushAt?.toISOString() ?? null,
        last_error: this.writer.lastError,
        consecutive_failures: this.writer.consecutiveFailures,
      },
      default_secrets: await this.defaultSecrets(scope, latencyMs !== null),
      ...this.instance.about(),
    };
  }

  /** Only shown to callers who can fix it. While the database is down the password cannot be checked. */
  private async defaultSecrets(scope: Scope | undefined, isDatabaseUp: boolean): Promise<string[]> {
    return scope === null && isDatabaseUp ? this.secrets.reachable() : [];
  }
}
