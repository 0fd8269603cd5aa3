import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { settleWithin } from '../process/settle-within.js';

/** A load balancer asks every few seconds; a database that takes longer is as good as down. */
const PATIENCE_MS = 1_500;

/** Says whether the database answers. */
@Injectable()
export class DatabaseProbe {
  constructor(private readonly dataSource: DataSource) {}

  /** Milliseconds of a trivial query; null when it failed or took too long. */
  async latencyMs(): Promise<number | null> {
    const startedAt = performance.now();
    try {
      if (!(await settleWithin(this.dataSource.query('SELECT 1'), PATIENCE_MS))) return null;
      return Math.round((performance.now() - startedAt) * 10) / 10;
    } catch {
      // The answer says it: down.
      return null;
    }
  }
}
