import type { Message } from '@moolai/contracts';
import type { MessageEntity } from './message.entity.js';

/** A row as the API shows it. */
export function toMessage(row: MessageEntity): Message {
  return {
    id: row.id,
    orchestrator_id: row.orchestratorId,
    organization_id: row.organizationId,
    direction: row.direction,
    message_type: row.messageType,
    message_content: row.messageContent,
    status: row.status,
    attempts: row.attempts,
    failure_reason: row.failureReason,
    expires_at: row.expiresAt?.toISOString() ?? null,
    sent_at: row.sentAt?.toISOString() ?? null,
    created_by: row.createdBy,
    client_message_id: row.clientMessageId,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
