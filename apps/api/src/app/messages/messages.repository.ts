import { Injectable } from '@nestjs/common';
import type { JsonObject, MessageStatus, Overview } from '@moolai/contracts';
import type { MessageListQueryDto } from '@moolai/dtos';
import { DataSource, type ObjectLiteral } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import { hydrate } from '../../platform/database/hydrate.js';
import { containsPattern, restrict, sortBy } from '../../platform/database/list-sql.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { recordMade, type AuditDraft } from '../audit/index.js';
import { IS_OPEN } from '../delivery/index.js';
import type { RequestKey } from '../idempotency/index.js';
import { MessageEntity } from './message.entity.js';

/** First key of the advisory locks on one orchestrator's outbox. */
const OUTBOX_LOCK = 1;

/** A message to an orchestrator, to be stored. */
export interface NewMessage {
  orchestratorId: string;
  messageType: string;
  content: JsonObject;
  /** Size of the content as JSON. */
  bytes: number;
  expiresAt: Date | null;
  createdBy: string;
  scope: Scope;
  /** The audit record, written in the same statement. */
  record: AuditDraft;
  traceparent: string | null;
  /** Key of a repeatable request; undefined if it has none. */
  requestKey: RequestKey | undefined;
}

/**
 * Array literals as strings, because PostgreSQL has no arrays of arrays with different lengths. Ids need no escaping.
 */
function arrayText(ids: readonly string[]): string {
  return `{${ids.map((id) => `"${id}"`).join(',')}}`;
}

/** SQL of messages. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores messages in one statement; undefined for those whose orchestrator does not exist. The locks, taken before
   * ids are drawn and held until the commit, make ids visible in order: delivery goes by id and must not skip one that
   * is being stored.
   */
  async createAll(tx: Transaction, messages: NewMessage[]): Promise<(MessageEntity | undefined)[]> {
    if (messages.length === 0) return [];
    const rows = await tx.query<(ObjectLiteral & { place: number })[]>(
      `WITH wanted AS (
         SELECT v.*, v.scope::text[] AS organizations
         FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
           $8::text[])
           WITH ORDINALITY AS v(orchestrator_id, message_type, content, expires_at, created_by, scope, record,
             traceparent, place)
       ), locks AS MATERIALIZED (
         SELECT pg_advisory_xact_lock(${OUTBOX_LOCK}, key)
         FROM (SELECT DISTINCT hashtext(orchestrator_id) AS key FROM wanted ORDER BY 1) AS keys
       ), input AS MATERIALIZED (
         SELECT nextval('orchestrator_messages_id_seq') AS id, known.*
         FROM (
           SELECT w.*, o.organization_id FROM (SELECT count(*) FROM locks) AS taken, wanted w
           JOIN orchestrator_instances o USING (orchestrator_id)
           WHERE ${inScope('o.organization_id', 'w.organizations')} ORDER BY w.place
         ) AS known
       ), stored AS (
         INSERT INTO orchestrator_messages (id, orchestrator_id, organization_id, direction, message_type,
           message_content, expires_at, created_by, traceparent)
         SELECT id, orchestrator_id, organization_id, 'to_orchestrator', message_type, content, expires_at, created_by,
           traceparent
         FROM input ORDER BY id RETURNING *
       ), made AS (
         SELECT id, i.organization_id, i.record FROM stored JOIN input i USING (id)
       ), recorded AS (
         ${recordMade('made', 'id', 'organization_id', 'm.record')}
       )
       SELECT s.*, i.place FROM stored s JOIN input i USING (id)`,
      [
        messages.map((message) => message.orchestratorId),
        messages.map((message) => message.messageType),
        messages.map((message) => JSON.stringify(message.content)),
        messages.map((message) => message.expiresAt),
        messages.map((message) => message.createdBy),
        messages.map(({ scope }) => scope && arrayText(scope)),
        messages.map((message) => message.record),
        messages.map((message) => message.traceparent),
      ],
    );
    const byPlace = new Map(rows.map(({ place, ...row }) => [place, row]));
    return messages.map((_, index) => {
      const row = byPlace.get(index + 1);
      return row && hydrate(this.dataSource, MessageEntity, row);
    });
  }

  async find(id: number, scope: Scope): Promise<MessageEntity | null> {
    const builder = this.dataSource.getRepository(MessageEntity).createQueryBuilder('m');
    restrict(builder, 'organizationId', scope);
    return builder.andWhere('m.id = CAST(:id AS bigint)', { id }).getOne();
  }

  /** Returns one page, and the total number of matches. */
  async list(query: MessageListQueryDto, scope: Scope): Promise<{ rows: MessageEntity[]; total: number }> {
    const builder = this.dataSource.getRepository(MessageEntity).createQueryBuilder('m');
    restrict(builder, 'organizationId', scope);
    const filters = {
      orchestratorId: query.orchestrator_id,
      organizationId: query.organization_id,
      direction: query.direction,
      messageType: query.message_type,
      status: query.status,
    };
    for (const [property, value] of Object.entries(filters)) {
      if (value !== undefined) builder.andWhere(`m.${property} = :${property}`, { [property]: value });
    }
    if (query.search) {
      builder.andWhere('(m.orchestratorId ILIKE :search OR m.messageType ILIKE :search)', {
        search: containsPattern(query.search),
      });
    }
    sortBy(builder, query.sort, 'id');
    builder.skip((query.page - 1) * query.page_size).take(query.page_size);
    const [rows, total] = await builder.getManyAndCount();
    return { rows, total };
  }

  /** Changes a message's status and returns the previous one; undefined if its status does not allow the change. */
  async move(
    tx: Transaction,
    id: number,
    to: MessageStatus,
    from: MessageStatus[],
    scope: Scope,
  ): Promise<{ row: MessageEntity; from: MessageStatus } | undefined> {
    const [rows] = await tx.query<[(ObjectLiteral & { was: MessageStatus })[], number]>(
      `UPDATE orchestrator_messages AS m SET status = $2::text, awaits_ack = $2::text = 'sent',
         sent_at = CASE WHEN $2::text = 'sent' THEN now() ELSE sent_at END, updated_at = now()
       FROM (SELECT id, status AS was FROM orchestrator_messages WHERE id = $1::bigint FOR UPDATE) AS old
       WHERE m.id = old.id AND m.status = ANY($3) AND ${inScope('m.organization_id', '$4')} RETURNING m.*, old.was`,
      [id, to, from, scope],
    );
    const [moved] = rows;
    return moved && { row: hydrate(this.dataSource, MessageEntity, moved), from: moved.was };
  }

  /** Settles all open messages of a deleted orchestrator. */
  async cancelAll(tx: Transaction, orchestratorId: string): Promise<void> {
    await tx.query(
      `UPDATE orchestrator_messages SET status = CASE WHEN status = 'pending' THEN 'cancelled' ELSE 'failed' END,
         awaits_ack = false, failure_reason = 'The orchestrator was deleted.', updated_at = now()
       WHERE orchestrator_id = $1 AND direction = 'to_orchestrator' AND ${IS_OPEN}`,
      [orchestratorId],
    );
  }

  /** Number of messages in each status that the overview shows. */
  async count(scope: Scope): Promise<Overview['messages']> {
    const rows = await this.dataSource.query<{ status: string; count: number }[]>(
      scope === null
        ? 'SELECT status, sum(count)::bigint AS count FROM message_counts GROUP BY status'
        : `SELECT status, count(*) AS count FROM orchestrator_messages WHERE organization_id = ANY($1) GROUP BY status`,
      scope === null ? [] : [scope],
    );
    const of = (status: string): number => rows.find((row) => row.status === status)?.count ?? 0;
    return {
      pending: of('pending'),
      sent: of('sent'),
      delivered: of('delivered'),
      failed: of('failed'),
      received: of('received'),
    };
  }

  /** Exact number of messages per status, without reading them. */
  async countByState(): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ status: string; count: number }[]>(
      'SELECT status, sum(count)::bigint AS count FROM message_counts GROUP BY status',
    );
    return new Map(rows.map(({ status, count }) => [status, count]));
  }

  /** Removes at most `limit` messages settled before `before`; returns their number. */
  async removeEnded(before: Date, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM orchestrator_messages WHERE id IN (
         SELECT id FROM orchestrator_messages
         WHERE created_at < $1 AND updated_at < $1 AND NOT ${IS_OPEN}
         ORDER BY created_at LIMIT $2)`,
      [before, limit],
    );
    return count;
  }
}
