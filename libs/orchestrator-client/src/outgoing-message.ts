import {
  MAX_FRAME_BYTES,
  ORCHESTRATOR_MESSAGE_SCHEMAS,
  type MonitoringMessage,
  type RecommendationMessage,
} from '@moolai/contracts';
import { describeError } from './describe-error.js';
import { NotStoredError } from './not-stored-error.js';
import { whyRefused } from './schema-check.js';

/** What is queued: recommendations are worth more than reports, and make room last. */
export type QueuedKind = 'recommendation' | 'monitoring';

/** What may be queued: everything that the controller answers with `received` (contract section 3). */
export type QueuedMessage = (RecommendationMessage | MonitoringMessage) & { client_message_id: string };

/** A recommendation or report as it is sent and kept: one line of JSON. */
export interface OutgoingMessage {
  kind: QueuedKind;
  clientMessageId: string;
  frame: string;
}

/**
 * Turns a message into what is sent. It is written once, so that each repetition is the same.
 * @throws NotStoredError `invalid`, when no controller would take it
 */
export function outgoingMessage(message: QueuedMessage): OutgoingMessage {
  const { type, client_message_id: clientMessageId } = message;
  const frame = serialize(message, clientMessageId);
  // Such a frame would end the connection (1009), and again after each reconnect.
  if (Buffer.byteLength(frame) > MAX_FRAME_BYTES) {
    throw new NotStoredError('invalid', clientMessageId, `It is larger than ${MAX_FRAME_BYTES} bytes.`);
  }
  // As the controller reads it: NaN, for example, has become null.
  const reason = whyRefused(ORCHESTRATOR_MESSAGE_SCHEMAS[type], parse(frame));
  if (reason !== undefined) {
    throw new NotStoredError('invalid', clientMessageId, `The message is not valid: ${reason}.`);
  }
  return { kind: type, clientMessageId, frame };
}

function serialize(message: object, clientMessageId: string): string {
  try {
    return JSON.stringify(message);
  } catch (error) {
    // A circle, or a BigInt.
    throw new NotStoredError('invalid', clientMessageId, `It is not JSON: ${describeError(error)}`);
  }
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    // Nesting beyond what the stack holds; the check calls it out by the type.
    return undefined;
  }
}
