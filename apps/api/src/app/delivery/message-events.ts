import type { MessageDirection, MessageEventData, MessageStatus } from '@moolai/contracts';
import type { HappeningOf } from '../events/index.js';

/** The published fields of a message. Without its content, which may be large and private. */
export interface TellableMessage {
  id: number;
  orchestratorId: string;
  organizationId: string | null;
  direction: MessageDirection;
  messageType: string;
  status: MessageStatus;
  attempts: number;
  failureReason: string | null;
}

function dataOf(message: TellableMessage): MessageEventData {
  return {
    id: message.id,
    direction: message.direction,
    message_type: message.messageType,
    status: message.status,
    attempts: message.attempts,
    failure_reason: message.failureReason,
  };
}

/** The event of a stored message. */
export function messageCreated(message: TellableMessage, actor: string): HappeningOf<'message.created'> {
  const { id, orchestratorId, messageType, direction } = message;
  const way = direction === 'to_orchestrator' ? 'to' : 'from';
  return {
    type: 'message.created',
    organizationId: message.organizationId,
    orchestratorId,
    actor,
    summary: `Message ${id} (${messageType}) ${way} ${orchestratorId} was stored.`,
    data: dataOf(message),
  };
}

/** The event of a changed message status. */
export function messageStatusChanged(message: TellableMessage, actor: string): HappeningOf<'message.status'> {
  const { id, orchestratorId, messageType, status, failureReason } = message;
  const why = failureReason === null ? '' : ` (${failureReason.replace(/\.$/, '')})`;
  return {
    type: 'message.status',
    organizationId: message.organizationId,
    orchestratorId,
    actor,
    summary: `Message ${id} (${messageType}) of ${orchestratorId} is ${status}${why}.`,
    data: dataOf(message),
  };
}
