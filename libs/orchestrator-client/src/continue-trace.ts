import { formatTraceparent, parseTraceparent } from '@moolai/contracts';
import { context, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

/** The result of handling something that the controller sent. */
interface Outcome {
  status: string;
  detail?: string | undefined;
}

/** A result with the `traceparent` for its acknowledgement, if there is a trace. */
export interface Traced<T> {
  outcome: T;
  traceparent?: string;
}

/**
 * Runs `work` as part of the controller's trace. With an OpenTelemetry SDK in the process it gets a span of its own,
 * the parent of all spans in `work`; without one, the result carries the trace unchanged.
 */
export async function continueTrace<T extends Outcome>(
  name: string,
  traceparent: unknown,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<Traced<T>> {
  const parent = parseTraceparent(traceparent);
  if (!parent) return { outcome: await work() };
  const place = trace.setSpanContext(context.active(), { ...parent, isRemote: true });
  const tracer = trace.getTracer('@moolai/orchestrator-client');
  return tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER, attributes }, place, async (span) => {
    const outcome = await work();
    if (outcome.status === 'failed') {
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.detail ?? '' });
    }
    span.end();
    return { outcome, traceparent: formatTraceparent(span.spanContext()) };
  });
}
