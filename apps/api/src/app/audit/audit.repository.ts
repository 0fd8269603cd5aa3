import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../platform/database/transactions.js';
import { contentHash, type AuditContent } from './audit-content.js';

/** The statements of the audit. */
@Injectable()
export class AuditRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Leaves records for the commit of the transaction, which gives them their place in the chain. */
  async add(contents: AuditContent[], tx: Transaction = this.dataSource.manager): Promise<void> {
    const rows = contents.map((content) => ({ ...content, content_hash: contentHash(content) }));
    await tx.query(
      `INSERT INTO audit_pending (at, action, actor_kind, actor_id, actor_name, address, request_id, organization_id,
         target_type, target_id, "before", "after", content_hash)
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS v(at timestamptz, action text, actor_kind text, actor_id text,
         actor_name text, address text, request_id text, organization_id text, target_type text, target_id text,
         "before" jsonb, "after" jsonb, content_hash text)`,
      [JSON.stringify(rows)],
    );
  }
}
