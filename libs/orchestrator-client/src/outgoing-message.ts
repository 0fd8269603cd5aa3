import {
  MAX_FRAME_BYTES,
  ORCHESTRATOR_MESSAGE_SCHEMAS,
  type MonitoringMessage,
  type RecommendationMessage,
} from '@moolai/contracts';
import { describeError } from './describe-error.js';
import { NotStoredError } from './not-stored-error.js';
import { whyRefused } from './schema-check.js';

/** Recommendations are more important than reports and are dropped last. */
export type QueuedKind = 'recommendation' | 'monitoring';

/** Messages that may be queued: all that the controller answers with `received` (contract section 3). */
export type QueuedMessage = (RecommendationMessage | MonitoringMessage) & { client_message_id: string };

/** A recommendation or report as it is sent and stored: one line of JSON. */
export interface OutgoingMessage {
  kind: QueuedKind;
  clientMessageId: string;
  frame: string;
}

/**
 * Serializes a message once, so that each repetition is identical.
 * @throws NotStoredError `invalid`, if no controller would accept it
 */
export function outgoingMessage(message: QueuedMessage): OutgoingMessage {
  const { type, client_message_id: clientMessageId } = message;
  const frame = serialize(message, clientMessageId);
  // Such a frame would end the connection (1009), and again after each reconnect.
  if (Buffer.byteLength(frame) > MAX_FRAME_BYTES) {
    throw new NotStoredError('invalid', clientMessageId, `It is larger than ${MAX_FRAME_BYTES} bytes.`);
  }
  // Checks the parsed frame, as the controller does: NaN, for example, has become null.
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
    // A circular structure, or a BigInt.
    throw new NotStoredError('invalid', clientMessageId, `It is not JSON: ${describeError(error)}`);
  }
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    // Nested too deep for the stack; the type check then refuses it.
    return undefined;
  }
}
