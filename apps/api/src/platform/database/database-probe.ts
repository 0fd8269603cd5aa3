import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A load balancer asks every few seconds; a database that takes longer is as good as down. */
const PATIENCE_MS = 1_500;

/** Says whether the database answers. */
@Injectable()
export class DatabaseProbe {
  constructor(private readonly dataSource: DataSource) {}

  /** Milliseconds of a trivial query; null when it failed or took too long. */
  async latencyMs(): Promise<number | null> {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('timeout')), PATIENCE_MS);
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
