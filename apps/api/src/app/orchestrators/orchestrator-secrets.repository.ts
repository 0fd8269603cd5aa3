import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../platform/database/transactions.js';
import type { SecretColumns } from './orchestrator-secrets.js';

/** A row with secrets not encrypted with the current key. */
export interface StaleSecrets extends SecretColumns {
  id: number;
  orchestratorId: string;
}

/** SQL for re-encrypting secrets. */
@Injectable()
export class OrchestratorSecretsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Locks and returns rows after `after`, in the order of ids, that have a value without this prefix. */
  async stale(tx: Transaction, prefix: string, after: number, limit: number): Promise<StaleSecrets[]> {
    return tx.query<StaleSecrets[]>(
      `SELECT id, orchestrator_id AS "orchestratorId", database_url AS "databaseUrl", redis_url AS "redisUrl",
         environment_variables AS "environmentVariables"
       FROM orchestrator_instances
       WHERE id > $1 AND jsonb_typeof(environment_variables) = 'object'
         AND (NOT starts_with(database_url, $2) OR NOT starts_with(redis_url, $2)
           OR EXISTS (SELECT 1 FROM jsonb_each_text(CASE jsonb_typeof(environment_variables)
             WHEN 'object' THEN environment_variables ELSE '{}' END) WHERE NOT starts_with(coalesce(value, ''), $2)))
       ORDER BY id LIMIT $3 FOR NO KEY UPDATE`,
      [after, prefix, limit],
    );
  }

  /** Writes only the secrets of rows, which does not count as a change. */
  async save(tx: Transaction, rows: StaleSecrets[]): Promise<void> {
    await tx.query(
      `UPDATE orchestrator_instances AS o SET database_url = v."databaseUrl", redis_url = v."redisUrl",
         environment_variables = v."environmentVariables"
       FROM jsonb_to_recordset($1::jsonb) AS v(id int, "databaseUrl" text, "redisUrl" text,
         "environmentVariables" jsonb)
       WHERE o.id = v.id`,
      [JSON.stringify(rows)],
    );
  }
}
