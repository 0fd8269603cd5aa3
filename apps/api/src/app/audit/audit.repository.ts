import { Injectable } from '@nestjs/common';
import type { AuditFilter, AuditVerification } from '@moolai/contracts';
import type { AuditQueryDto } from '@moolai/dtos';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../../platform/access/scope.js';
import { asLongRead } from '../../platform/database/lanes.js';
import { containsPattern, restrict, sortBy } from '../../platform/database/list-sql.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { contentHash, type AuditContent } from './audit-content.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** Rows to read at a time; a row has at most two states of 32 KiB. */
const BATCH = 500;

const CONTENT = `at, action, actor_kind, actor_id, actor_name, address, request_id, organization_id, target_type,
         target_id, "before", "after", content_hash`;

/**
 * An INSERT for the WITH clause of another statement: records the created rows without an extra round trip. `made` is
 * the name of the creating part; `targetId` and `organizationId` are its columns.
 * @param draft the placeholder of an {@link AuditDraft}, or a column of `m`, the creating part
 */
export function recordMade(made: string, targetId: string, organizationId: string, draft: string): string {
  const filled = `replace(replace(v.canonical, v.target_slot, to_json(m.${targetId}::text)::text),
           v.organization_slot, coalesce(to_json(m.${organizationId})::text, 'null'))`;
  return `INSERT INTO audit_pending (${CONTENT})
       SELECT v.at, v.action, v.actor_kind, v.actor_id, v.actor_name, v.address, v.request_id, m.${organizationId},
         v.target_type, m.${targetId}::text, NULL, v."after", encode(sha256(convert_to(${filled}, 'UTF8')), 'hex')
       FROM ${made} AS m, jsonb_to_record(${draft}::jsonb) AS v(at timestamptz, action text, actor_kind text,
         actor_id text, actor_name text, address text, request_id text, target_type text, "after" jsonb,
         canonical text, target_slot text, organization_slot text)`;
}

/** SQL of the audit log. */
@Injectable()
export class AuditRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds records; the commit of the transaction moves them into the chain. */
  async add(contents: AuditContent[], tx: Transaction = this.dataSource.manager): Promise<void> {
    const rows = contents.map((content) => ({ ...content, content_hash: contentHash(content) }));
    await tx.query(
      `INSERT INTO audit_pending (${CONTENT})
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS v(at timestamptz, action text, actor_kind text, actor_id text,
         actor_name text, address text, request_id text, organization_id text, target_type text, target_id text,
         "before" jsonb, "after" jsonb, content_hash text)`,
      [JSON.stringify(rows)],
    );
  }

  /** Returns one page, and the total number of matches. */
  async list(query: AuditQueryDto, scope: Scope): Promise<{ rows: AuditEntryEntity[]; total: number }> {
    const builder = this.filtered(query, scope);
    sortBy(builder, query.sort, 'position');
    builder.skip((query.page - 1) * query.page_size).take(query.page_size);
    const [rows, total] = await asLongRead(() => builder.getManyAndCount());
    return { rows, total };
  }

  /** Yields all matching entries up to a position, oldest first, in batches. */
  async *walk(filter: AuditFilter, scope: Scope, upTo: number): AsyncGenerator<AuditEntryEntity[]> {
    for (let after = 0; ;) {
      const builder = this.filtered(filter, scope)
        .andWhere('e.position > :after AND e.position <= :upTo', { after, upTo })
        .orderBy('e.position', 'ASC')
        .limit(BATCH);
      const batch = await asLongRead(() => builder.getMany());
      if (batch.length > 0) yield batch;
      if (batch.length < BATCH) return;
      after = batch.at(-1)?.position ?? after;
    }
  }

  /** The newest entry; null if there is none. */
  async head(): Promise<AuditVerification['head']> {
    const [row] = await this.dataSource.query<{ position: number; hash: string }[]>(
      'SELECT position, hash FROM audit_entries ORDER BY position DESC LIMIT 1',
    );
    return row ? { position: row.position, hash: row.hash } : null;
  }

  /** Counts committed records that are not in the chain, because the trigger was disabled. */
  async countUnsealed(): Promise<number> {
    const [row] = await this.dataSource.query<[{ count: number }]>(
      'SELECT count(*) AS count FROM audit_pending',
    );
    return row.count;
  }

  private filtered(filter: AuditFilter, scope: Scope): SelectQueryBuilder<AuditEntryEntity> {
    const builder = this.dataSource.getRepository(AuditEntryEntity).createQueryBuilder('e');
    restrict(builder, 'organizationId', scope);
    const exact = {
      actorKind: filter.actor_kind,
      action: filter.action,
      organizationId: filter.organization_id,
      targetType: filter.target_type,
      targetId: filter.target_id,
    };
    for (const [property, value] of Object.entries(exact)) {
      if (value !== undefined) builder.andWhere(`e.${property} = :${property}`, { [property]: value });
    }
    const { actor, from, to, search } = filter;
    if (actor !== undefined) builder.andWhere('(e.actorName = :actor OR e.actorId = :actor)', { actor });
    if (from !== undefined) builder.andWhere('e.at >= :from', { from: new Date(from) });
    if (to !== undefined) builder.andWhere('e.at < :to', { to: new Date(to) });
    if (search) {
      builder.andWhere('(e.targetId ILIKE :search OR e.actorName ILIKE :search OR e.action ILIKE :search)', {
        search: containsPattern(search),
      });
    }
    return builder;
  }
}
