import type { ConfigAckMessage } from '@moolai/contracts';
import { SpanKind } from '@opentelemetry/api';
import { markMoment, placeOfAnswer } from '../../platform/tracing/spans.js';
import type { LiveEntry } from '../live-state/index.js';

/** Ends the trace of a push with the orchestrator's acknowledgement. */
export function traceConfigAck(
  { orchestratorId, configTraceparent }: LiveEntry,
  { config_version, status, detail, traceparent }: ConfigAckMessage,
): void {
  const attributes = {
    'moolai.orchestrator_id': orchestratorId,
    'moolai.config_version': config_version,
    'moolai.config_status': status,
  };
  const failure = status === 'failed' ? (detail ?? '') : undefined;
  const details = { kind: SpanKind.CONSUMER, attributes };
  markMoment('note configuration', placeOfAnswer(configTraceparent, traceparent ?? null), details, failure);
}
