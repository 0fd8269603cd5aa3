import type { JsonObject } from '../json.js';
import type { ListQuery } from './envelope.js';

export const MESSAGE_DIRECTIONS = ['to_orchestrator', 'from_orchestrator'] as const;
export type MessageDirection = (typeof MESSAGE_DIRECTIONS)[number];

/** Statuses of messages to an orchestrator, followed by those of messages from one (contract section 2). */
export const MESSAGE_STATUSES = [
  'pending',
  'sent',
  'delivered',
  'failed',
  'expired',
  'cancelled',
  'received',
  'acknowledged',
  'dismissed',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/**
 * Allowed status transitions (contract section 2). Messages to an orchestrator without the capability `message_ack` end
 * at `sent`.
 */
export const MESSAGE_TRANSITIONS: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  pending: ['sent', 'expired', 'cancelled'],
  sent: ['delivered', 'failed', 'expired'],
  delivered: [],
  failed: [],
  expired: [],
  cancelled: [],
  received: ['acknowledged', 'dismissed'],
  acknowledged: [],
  dismissed: [],
};

/** A message in either direction. */
export interface Message {
  /** The `message_id` on the WebSocket. */
  id: number;
  orchestrator_id: string;
  /** Null if the orchestrator no longer existed. */
  organization_id: string | null;
  direction: MessageDirection;
  message_type: string;
  message_content: JsonObject;
  status: MessageStatus;
  /** Number of times it was sent. */
  attempts: number;
  /** Why delivery failed; null if it did not. */
  failure_reason: string | null;
  /** When it expires if it is still undelivered; null for never. */
  expires_at: string | null;
  /** When it was last sent. */
  sent_at: string | null;
  /** The user or token that sent it; null for messages from orchestrators. */
  created_by: string | null;
  /** The orchestrator's own idempotency key. */
  client_message_id: string | null;
  created_at: string;
  updated_at: string;
}

/** Body of `POST /api/v1/internal/orchestrators/:id/messages`. */
export interface SendMessageRequest {
  message_type: string;
  message_content: JsonObject;
  /** Lifetime in seconds; an undelivered message then expires. */
  expires_in_sec?: number;
}

/** Body of `PUT /api/v1/internal/messages/:id/status`. */
export interface SetMessageStatusRequest {
  status: MessageStatus;
}

export const MESSAGE_SORT_FIELDS = ['id', 'created_at', 'updated_at'] as const;
export type MessageSortField = (typeof MESSAGE_SORT_FIELDS)[number];

/** Query of `GET /api/v1/internal/messages`. */
export interface MessageListQuery extends ListQuery {
  orchestrator_id?: string;
  organization_id?: string;
  direction?: MessageDirection;
  message_type?: string;
  status?: MessageStatus;
}
