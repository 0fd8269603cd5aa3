import { Injectable } from '@nestjs/common';
import type { JsonObject, MessageStatus } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { bounded } from './bounded-read.js';
import { IN_OUTBOX, IS_OPEN } from './message-moves.js';

/** The state of a message after a statement. */
export interface MessageState {
  id: number;
  orchestratorId: string;
  organizationId: string | null;
  messageType: string;
  status: MessageStatus;
  attempts: number;
  failureReason: string | null;
}

/** A message to be sent to an orchestrator. */
export interface OutgoingMessage extends MessageState {
  /** Serialized JSON. */
  content: string;
  /** Trace context in which it was stored. */
  traceparent: string | null;
}

/** Messages read by a statement, in delivery order. */
export interface ReadMessages {
  messages: OutgoingMessage[];
  /** Orchestrators with more messages than the statement could read; the next statement continues with them. */
  left: Set<string>;
}

/** A message that an orchestrator acknowledged. */
export interface SettledMessage extends MessageState {
  /** Seconds since it was stored. */
  tookSec: number;
  /** Trace context in which it was stored. */
  traceparent: string | null;
}

/** A message and its orchestrator. */
export interface MessageKey {
  id: number;
  orchestratorId: string;
}

/** The acknowledged outcome of a message. */
export interface Outcome extends MessageKey {
  status: 'delivered' | 'failed';
  detail: string | null;
  /** Trace context in which the orchestrator handled it, if given. */
  traceparent: string | null;
}

interface StateRow {
  id: number;
  orchestrator_id: string;
  organization_id: string | null;
  message_type: string;
  status: MessageStatus;
  attempts: number;
  failure_reason: string | null;
}

interface Row extends StateRow {
  traceparent: string | null;
  content: JsonObject;
}

/** A changed row, or an orchestrator with more messages. */
type ReadRow = (Row & { left_id: null }) | { id: null; left_id: string };

const RETURNING_STATE = `m.id, m.orchestrator_id, m.organization_id, m.message_type, m.status, m.attempts,
  m.failure_reason`;
const RETURNING = `${RETURNING_STATE}, m.traceparent,
  CASE WHEN m.status <> 'pending' THEN m.message_content END AS content`;

function stateOf(row: StateRow): MessageState {
  return {
    id: row.id,
    orchestratorId: row.orchestrator_id,
    organizationId: row.organization_id,
    messageType: row.message_type,
    status: row.status,
    attempts: row.attempts,
    failureReason: row.failure_reason,
  };
}

/** SQL: the rows of `changed`, and one row for each orchestrator with more messages in `chosen`. */
const READ = `SELECT changed.*, rest.left_id FROM (SELECT * FROM changed WHERE content IS NOT NULL) AS changed
  FULL JOIN (
    SELECT DISTINCT NULL::bigint AS id, orchestrator_id AS left_id FROM chosen WHERE is_left
  ) AS rest ON rest.id = changed.id`;

/** Sorts rows by delivery order, which `RETURNING` does not keep. */
function inOrder(rows: ReadRow[]): ReadMessages {
  return {
    messages: rows
      .filter((row) => row.left_id === null)
      // Serialized again, because PostgreSQL's text has white space and writes 1e300 in full, which may exceed a frame.
      .map((row) => ({
        ...stateOf(row),
        traceparent: row.traceparent,
        content: JSON.stringify(row.content),
      }))
      .sort((a, b) => a.id - b.id),
    left: new Set(rows.flatMap(({ left_id }) => left_id ?? [])),
  };
}

/**
 * SQL of delivery. Each statement only changes rows in a state that allows it, so that exactly one of a concurrent
 * cancellation, expiry and delivery wins.
 */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Reserves the next pending messages of some orchestrators, and marks them as sent before they are: a marked message
   * that was not written is sent again on the next connection. Does not wait for the disk: if the server crashes, the
   * messages are pending again.
   */
  async reserve(wanted: { orchestratorId: string; room: number }[]): Promise<ReadMessages> {
    const due = `SELECT next.* FROM (SELECT set_config('synchronous_commit', 'off', true) AS mode) AS lazily
      CROSS JOIN unnest($1::text[], $2::int[]) WITH ORDINALITY AS w(orchestrator_id, room, turn)
      CROSS JOIN LATERAL (
        SELECT id, orchestrator_id, w.turn, message_content AS content FROM orchestrator_messages
        WHERE orchestrator_id = w.orchestrator_id AND direction = 'to_orchestrator' AND status = 'pending'
          AND (expires_at IS NULL OR expires_at > now())
        ORDER BY id LIMIT w.room
      ) AS next
      WHERE lazily.mode = 'off'`;
    const rows = await this.dataSource.query<ReadRow[]>(
      `WITH chosen AS (${bounded(due)}), changed AS (
         UPDATE orchestrator_messages m SET status = 'sent', awaits_ack = true, attempts = m.attempts + 1,
           sent_at = now(), updated_at = now()
         FROM chosen WHERE m.id = chosen.id AND NOT chosen.is_left AND m.status = 'pending'
         RETURNING ${RETURNING}
       ) ${READ}`,
      [wanted.map(({ orchestratorId }) => orchestratorId), wanted.map(({ room }) => room)],
    );
    return inOrder(rows);
  }

  /**
   * Resumes unacknowledged messages of these orchestrators, except those in flight on their current connections. The
   * oldest one per orchestrator counts as unanswered once more: an orchestrator that crashes on a message must not
   * receive it forever. If only some of an orchestrator's messages fit, the others become pending again, to be sent
   * after these.
   */
  async resume(orchestratorIds: string[], maxUnanswered: number, underWay: number[]): Promise<ReadMessages> {
    return this.sendAgain(
      `SELECT id, array_position($1, orchestrator_id) AS turn,
         row_number() OVER (PARTITION BY orchestrator_id ORDER BY id) = 1 AS is_oldest
       FROM orchestrator_messages
       WHERE orchestrator_id = ANY($1) AND direction = 'to_orchestrator' AND status = 'sent' AND awaits_ack`,
      orchestratorIds,
      maxUnanswered,
      underWay,
    );
  }

  /** Retries messages that were the oldest of their orchestrator and not acknowledged in time. */
  async retry(messageIds: number[], maxUnanswered: number): Promise<ReadMessages> {
    return this.sendAgain(
      'SELECT id, turn, true AS is_oldest FROM unnest($1::bigint[]) WITH ORDINALITY AS late(id, turn)',
      messageIds,
      maxUnanswered,
    );
  }

  /** Messages to an orchestrator without acknowledgements end at `sent` (contract section 2). */
  async written(messageIds: number[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE orchestrator_messages SET awaits_ack = false WHERE id = ANY($1::bigint[]) AND status = 'sent'`,
      [messageIds],
    );
  }

  /** Makes reserved messages pending again that were not written. */
  async release(messageIds: number[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE orchestrator_messages SET status = 'pending', awaits_ack = false, attempts = attempts - 1,
         sent_at = CASE WHEN attempts = 1 THEN NULL ELSE sent_at END, updated_at = now()
       WHERE id = ANY($1) AND status = 'sent' AND awaits_ack`,
      [messageIds],
    );
  }

  /** Records outcomes; returns those of messages that were still open. */
  async settle(outcomes: Outcome[]): Promise<SettledMessage[]> {
    const [rows] = await this.dataSource.query<
      [(StateRow & { took_sec: number; traceparent: string | null })[], number]
    >(
      `UPDATE orchestrator_messages m SET status = v.status, failure_reason = v.detail, awaits_ack = false,
         updated_at = now()
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS v(id, orchestrator_id, status, detail)
       WHERE m.id = v.id AND m.orchestrator_id = v.orchestrator_id AND m.status = 'sent' AND m.awaits_ack
       RETURNING ${RETURNING_STATE}, extract(epoch FROM now() - m.created_at)::float8 AS took_sec,
         m.traceparent`,
      [
        outcomes.map(({ id }) => id),
        outcomes.map(({ orchestratorId }) => orchestratorId),
        outcomes.map(({ status }) => status),
        outcomes.map(({ detail }) => detail),
      ],
    );
    return rows.map((row) => ({ ...stateOf(row), tookSec: row.took_sec, traceparent: row.traceparent }));
  }

  /** Expires messages, at most `limit`. */
  async expire(limit: number): Promise<MessageState[]> {
    const [rows] = await this.dataSource.query<[StateRow[], number]>(
      `UPDATE orchestrator_messages m SET status = 'expired', awaits_ack = false, updated_at = now()
       FROM (
         SELECT id FROM orchestrator_messages
         WHERE expires_at <= now() AND ${IS_OPEN}
         ORDER BY expires_at LIMIT $1
       ) AS due
       WHERE m.id = due.id AND (m.status = 'pending' OR (m.status = 'sent' AND m.awaits_ack))
       RETURNING ${RETURNING_STATE}`,
      [limit],
    );
    return rows.map(stateOf);
  }

  /** Milliseconds until the next message expires, by the database's clock; null if none does. */
  async nextExpiryMs(): Promise<number | null> {
    const [row] = await this.dataSource.query<[{ next_ms: number | null }]>(
      `SELECT 1000 * extract(epoch FROM min(expires_at) - now())::float8 AS next_ms FROM orchestrator_messages
       WHERE expires_at IS NOT NULL AND ${IS_OPEN}`,
    );
    return row.next_ms;
  }

  /** All orchestrators with open messages; reads one index entry per orchestrator. */
  async orchestratorsWithWork(): Promise<string[]> {
    const rows = await this.dataSource.query<{ orchestrator_id: string }[]>(
      `WITH RECURSIVE work AS (
         (SELECT orchestrator_id FROM orchestrator_messages WHERE ${IN_OUTBOX} ORDER BY orchestrator_id LIMIT 1)
         UNION ALL
         SELECT (SELECT orchestrator_id FROM orchestrator_messages
           WHERE ${IN_OUTBOX} AND orchestrator_id > work.orchestrator_id ORDER BY orchestrator_id LIMIT 1)
         FROM work WHERE work.orchestrator_id IS NOT NULL
       )
       SELECT orchestrator_id FROM work WHERE orchestrator_id IS NOT NULL`,
    );
    return rows.map((row) => row.orchestrator_id);
  }

  /** Those of these orchestrators that have messages marked as sent for at least `forMs`, and unacknowledged. */
  async stranded(orchestratorIds: string[], forMs: number): Promise<string[]> {
    if (orchestratorIds.length === 0) return [];
    const rows = await this.dataSource.query<{ orchestrator_id: string }[]>(
      `SELECT DISTINCT orchestrator_id FROM orchestrator_messages
       WHERE orchestrator_id = ANY($1) AND ${IN_OUTBOX} AND status = 'sent'
         AND sent_at < now() - make_interval(secs => $2)`,
      [orchestratorIds, forMs / 1_000],
    );
    return rows.map((row) => row.orchestrator_id);
  }

  /** Returns for each key whether this message exists, with any status. */
  async exist(keys: MessageKey[]): Promise<boolean[]> {
    const rows = await this.dataSource.query<{ nth: number }[]>(
      `SELECT named.nth::int FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS named(id, orchestrator_id, nth)
       JOIN orchestrator_messages m ON m.id = named.id AND m.orchestrator_id = named.orchestrator_id
       WHERE m.direction = 'to_orchestrator'`,
      [keys.map(({ id }) => id), keys.map(({ orchestratorId }) => orchestratorId)],
    );
    const found = new Set(rows.map(({ nth }) => nth));
    return keys.map((_, index) => found.has(index + 1));
  }

  private async sendAgain(
    which: string,
    keys: (string | number)[],
    maxUnanswered: number,
    underWay: number[] = [],
  ): Promise<ReadMessages> {
    // A message that was marked as sent by hand was not written to any connection yet.
    const due = `SELECT o.id, o.orchestrator_id, turn, o.message_content AS content,
        is_oldest AND o.attempts > 0 AS is_missed
      FROM (${which}) AS named JOIN orchestrator_messages o USING (id)
      WHERE id <> ALL($3) AND o.status = 'sent' AND o.awaits_ack AND (o.expires_at IS NULL OR o.expires_at > now())`;
    const rows = await this.dataSource.query<ReadRow[]>(
      `WITH chosen AS (${bounded(due, ', is_missed')}), changed AS (
         UPDATE orchestrator_messages m SET
           unanswered = m.unanswered + a.is_missed::int,
           status = CASE WHEN a.is_over THEN 'failed' WHEN a.is_left THEN 'pending' ELSE 'sent' END,
           awaits_ack = NOT (a.is_over OR a.is_left),
           failure_reason = CASE WHEN a.is_over
             THEN 'It was sent ' || m.attempts || ' times and never acknowledged.' END,
           attempts = m.attempts + CASE WHEN a.is_over OR a.is_left THEN 0 ELSE 1 END,
           sent_at = CASE WHEN a.is_over OR a.is_left THEN m.sent_at ELSE now() END,
           updated_at = now()
         FROM (
           SELECT chosen.*, is_missed AND o.unanswered + 1 >= $2 AS is_over
           FROM chosen JOIN orchestrator_messages o USING (id) WHERE NOT is_untouched
         ) AS a
         WHERE m.id = a.id AND m.status = 'sent' AND m.awaits_ack
         RETURNING ${RETURNING}
       ) ${READ}`,
      [keys, maxUnanswered, underWay],
    );
    return inOrder(rows);
  }
}
