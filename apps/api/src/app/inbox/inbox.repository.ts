import { Injectable } from '@nestjs/common';
import type { MetricNameLimit } from '@moolai/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import {
  insertSamples,
  insertUsage,
  UsageMemory,
  type SampleColumns,
  type UsageRow,
} from '../monitoring/index.js';

/** A usage entry of a report whose message has no id yet. */
export type UsageEntryRow = Omit<UsageRow, 'messageId' | 'entry'>;

/** A message from an orchestrator, to be stored. */
export interface IncomingMessage {
  orchestratorId: string;
  organizationId: string;
  messageType: 'recommendation' | 'monitoring';
  /** Serialized JSON: its size in memory is known, unlike that of a parsed value. */
  content: string;
  /** The orchestrator's idempotency key; without it a repeated message is not recognized. */
  clientMessageId: string | undefined;
  /** Metrics and usage of a report. */
  figures: Figures | undefined;
  usage: UsageEntryRow[];
}

/** Metrics and usage of one report. */
export interface Figures {
  /** Row id of the orchestrator. */
  instanceId: number;
  metrics: Record<string, number>;
  atMs: number;
}

/** A message with its metrics as rows. */
export interface PreparedMessage extends IncomingMessage {
  samples: SampleColumns | undefined;
}

/** Result of storing a message. */
export interface StoredMessage {
  id: number;
  /** False if it had been stored before. */
  isNew: boolean;
  /** Metrics that were not stored, with the exceeded limit of names. */
  refused?: ReadonlyMap<string, MetricNameLimit>;
}

/** SQL for storing messages from orchestrators. */
@Injectable()
export class InboxRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly usageMemory: UsageMemory,
  ) {}

  /**
   * Stores messages in one transaction, each once per `(orchestrator, client_message_id)`. Resolves after the commit.
   * @returns one result per message, in the same order
   */
  async storeAll(messages: PreparedMessage[]): Promise<StoredMessage[]> {
    try {
      return await this.storeTogether(messages);
    } finally {
      // Also after a failure, because only the confirmation of the commit may have been lost.
      this.usageMemory.recordReports(messages.flatMap(({ usage }) => usage.map(({ atMs }) => atMs)));
    }
  }

  private storeTogether(messages: PreparedMessage[]): Promise<StoredMessage[]> {
    return this.dataSource.transaction(async (manager) => {
      const stored = await insertMessages(manager, messages);
      const fresh = messages.flatMap((message, index) => {
        const row = stored[index];
        return row?.isNew ? [{ message, id: row.id }] : [];
      });
      await insertSamples(manager, concat(fresh.flatMap(({ message }) => message.samples ?? [])));
      await insertUsage(
        manager,
        fresh.flatMap(({ message, id }) =>
          message.usage.map((usage, entry) => ({ ...usage, messageId: id, entry })),
        ),
      );
      return stored;
    });
  }
}

function concat(parts: SampleColumns[]): SampleColumns {
  return {
    instanceIds: parts.flatMap((part) => part.instanceIds),
    metricIds: parts.flatMap((part) => part.metricIds),
    atMs: parts.flatMap((part) => part.atMs),
    values: parts.flatMap((part) => part.values),
  };
}

async function insertMessages(manager: EntityManager, messages: IncomingMessage[]): Promise<StoredMessage[]> {
  const rows = await manager.query<{ id: number | null; is_new: boolean }[]>(
    `WITH input AS MATERIALIZED (
       SELECT nextval('orchestrator_messages_id_seq') AS id, v.*
       FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[])
         WITH ORDINALITY AS v(orchestrator_id, organization_id, message_type, content, client_message_id, ord)
     ), stored AS (
       INSERT INTO orchestrator_messages
         (id, orchestrator_id, organization_id, direction, message_type, message_content, status, client_message_id)
       SELECT id, orchestrator_id, organization_id, 'from_orchestrator', message_type, content, 'received',
         client_message_id
       FROM input ORDER BY ord
       ON CONFLICT (orchestrator_id, client_message_id) WHERE client_message_id IS NOT NULL DO NOTHING
       RETURNING id
     )
     SELECT coalesce(s.id, m.id) AS id, s.id IS NOT NULL AS is_new
     FROM input i LEFT JOIN stored s USING (id)
     LEFT JOIN orchestrator_messages m ON s.id IS NULL AND m.orchestrator_id = i.orchestrator_id
       AND m.client_message_id = i.client_message_id
     ORDER BY i.ord`,
    [
      messages.map((message) => message.orchestratorId),
      messages.map((message) => message.organizationId),
      messages.map((message) => message.messageType),
      messages.map((message) => message.content),
      messages.map((message) => message.clientMessageId ?? null),
    ],
  );
  return Promise.all(
    messages.map(async (message, index) => {
      const { id, is_new: isNew } = rows[index] ?? { id: null, is_new: false };
      // Stored by a concurrent transaction, which the snapshot of this statement does not show.
      return { id: id ?? (await idOf(manager, message)), isNew };
    }),
  );
}

async function idOf(manager: EntityManager, message: IncomingMessage): Promise<number> {
  const [row] = await manager.query<{ id: number }[]>(
    'SELECT id FROM orchestrator_messages WHERE orchestrator_id = $1 AND client_message_id = $2',
    [message.orchestratorId, message.clientMessageId],
  );
  if (!row) throw new Error('a message that was stored before is gone');
  return row.id;
}
