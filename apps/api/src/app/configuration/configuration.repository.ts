import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ConfigurationTransaction } from './configuration-transaction.repository.js';

/** How often a change is retried after a deadlock. */
const MAX_TRIES = 4;
const DEADLOCK_DETECTED = '40P01';

/** Runs configuration changes, each in a transaction. */
@Injectable()
export class ConfigurationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction. Retries after a deadlock, because plain SQL may lock the same rows in another
   * order.
   */
  async transaction<T>(work: (tx: ConfigurationTransaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction((manager) => work(new ConfigurationTransaction(manager)));
      } catch (error) {
        const isDeadlock = (error as { code?: string }).code === DEADLOCK_DETECTED;
        if (!isDeadlock || attempt === MAX_TRIES) throw error;
      }
    }
  }
}
