import { SpanKind } from '@opentelemetry/api';
import { markMoment, placeOfAnswer } from '../../platform/tracing/spans.js';
import type { OutgoingMessage, SettledMessage } from './delivery.repository.js';

/** Records the sending of a message; returns its `traceparent`, or null if storing it was not traced. */
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
 * Records the stored acknowledgement, which ends the trace of a message.
 * @param handled trace context in which the orchestrator handled it, if given
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
