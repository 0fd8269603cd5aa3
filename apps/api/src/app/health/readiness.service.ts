import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Listening } from '../../platform/database/listening.js';
import { SchemaProbe } from '../../platform/database/schema-probe.js';
import { RequestDrain } from '../../platform/http/request-drain.js';
import { DatabaseHealth } from './database-health.js';

/** A load balancer asks every few seconds; a slower answer counts as down. */
const PATIENCE_MS = 900;

/** Tells whether this process should receive requests. */
@Injectable()
export class ReadinessService {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseHealth,
    private readonly schema: SchemaProbe,
    private readonly listening: Listening,
    private readonly drain: RequestDrain,
  ) {}

  async check(): Promise<HealthCheckResult> {
    const process = this.indicators.check('process');
    const database = this.indicators.check('database');
    const migrations = this.indicators.check('migrations');
    const announcements = this.indicators.check('announcements');
    try {
      return await this.health.check([
        () => (this.drain.isAnnounced ? process.down('It is shutting down.') : process.up()),
        async () => {
          if ((await this.database.latencyMs(PATIENCE_MS)) === null) return database.down();
          return this.database.whyNotWritable() === null
            ? database.up()
            : database.down('It stores nothing.');
        },
        () =>
          this.listening.whyDeaf() === undefined
            ? announcements.up()
            : announcements.down('They are not heard.'),
        () => migrations.attempt(() => this.assertMigrated()).withTimeout(PATIENCE_MS),
      ]);
    } catch (error) {
      // Terminus' way of reporting a failure; the answer contains the same result.
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  private async assertMigrated(): Promise<void> {
    if (!(await this.schema.isMigrated())) throw new Error('Some are missing.');
  }
}
