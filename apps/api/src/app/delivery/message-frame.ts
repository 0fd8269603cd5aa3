import type { OutgoingMessage } from './delivery.repository.js';
import { tracedDelivery } from './message-traces.js';

/** The frame of a message; inserts the serialized content unchanged. */
export function frameOf(message: OutgoingMessage): string {
  const { id, messageType, content } = message;
  const traceparent = tracedDelivery(message);
  const traced = traceparent === null ? '' : `"traceparent":"${traceparent}",`;
  return `{"type":"message","message_id":${id},"message_type":${JSON.stringify(messageType)},${traced}"message_content":${content}}`;
}
