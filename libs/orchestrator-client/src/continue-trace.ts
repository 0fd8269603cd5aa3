import { formatTraceparent, parseTraceparent } from '@moolai/contracts';
import { context, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

/** What became of something that the controller sent. */
interface Outcome {
  status: string;
  detail?: string | undefined;
}

/** A result with the `traceparent` that its acknowledgement carries, where there is a trace. */
export interface Traced<T> {
  outcome: T;
  traceparent?: string;
}

/**
 * Does `work` as a part of the trace that the controller has begun. Where the process has an OpenTelemetry SDK, it
 * is a span of its own, and what `work` does belongs to it; without one the trace is handed back as it came.
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
