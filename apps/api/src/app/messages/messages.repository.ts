import { Injectable } from '@nestjs/common';
import type { JsonObject, Overview } from '@moolai/contracts';
import { DataSource } from 'typeorm';

/** A message of an orchestrator, to be stored. */
export interface IncomingMessage {
  orchestratorId: string;
  messageType: string;
  content: JsonObject;
  /** The orchestrator's own key of it; without one it cannot be recognized when it comes again. */
  clientMessageId: string | undefined;
}

/** The statements of messages. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores a message once per `(orchestrator, client_message_id)`.
   * @returns its id, or that of the one stored before
   */
  async receive(message: IncomingMessage): Promise<number> {
    const rows = await this.dataSource.query<{ id: number }[]>(
      `INSERT INTO orchestrator_messages
         (orchestrator_id, direction, message_type, message_content, status, client_message_id)
       VALUES ($1, 'from_orchestrator', $2, $3, 'received', $4)
       ON CONFLICT (orchestrator_id, client_message_id) WHERE client_message_id IS NOT NULL
         DO UPDATE SET client_message_id = excluded.client_message_id
       RETURNING id`,
      [message.orchestratorId, message.messageType, message.content, message.clientMessageId ?? null],
    );
    const [row] = rows;
    if (!row) throw new Error('the insert returned no row');
    return row.id;
  }

  /** Keeps which configuration an orchestrator says it runs with. */
  async reportConfigVersion(orchestratorId: string, configVersion: number): Promise<void> {
    await this.dataSource.query(
      'UPDATE orchestrator_instances SET reported_config_version = $2 WHERE orchestrator_id = $1',
      [orchestratorId, configVersion],
    );
  }

  /** How many there are in each state that the overview shows. */
  async count(): Promise<Overview['messages']> {
    const rows = await this.dataSource.query<{ status: string; count: number }[]>(
      'SELECT status, count(*)::int AS count FROM orchestrator_messages GROUP BY status',
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
}
