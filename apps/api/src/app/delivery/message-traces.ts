import { SpanKind } from '@opentelemetry/api';
import { markMoment, placeOfAnswer } from '../../platform/tracing/spans.js';
import type { OutgoingMessage, SettledMessage } from './delivery.repository.js';

/** Records that a message goes out; gives the `traceparent` that goes with it, null when its storing was not traced. */
export function tracedDelivery(message: OutgoingMessage): string | null {
  const attributes = {
    'moolai.message_id': message.id,
    'moolai.message_type': message.messageType,
    'moolai.orchestrator_id': message.orchestratorId,
    'moolai.attempt': message.attempts,
  };
  return markMoment('deliver message', message.traceparent, { kind: SpanKind.PRODUCER, attributes });
}

/**
 * Records that the acknowledgement of a message is stored: the end of its trace.
 * @param handled where the orchestrator handled it, if it said so
 */
export function traceSettled(message: SettledMessage, handled: string | null): void {
  const { id, orchestratorId, status, failureReason, traceparent } = message;
  const attributes = {
    'moolai.message_id': id,
    'moolai.orchestrator_id': orchestratorId,
    'moolai.message_status': status,
  };
  const details = { kind: SpanKind.CONSUMER, attributes };
  markMoment(
    'store acknowledgement',
    placeOfAnswer(traceparent, handled),
    details,
    failureReason ?? undefined,
  );
}
