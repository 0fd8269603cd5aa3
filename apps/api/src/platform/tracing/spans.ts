import { formatTraceparent, parseTraceparent } from '@moolai/contracts';
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';

/** Limits the text of a failure, which may come from elsewhere. */
const MAX_FAILURE = 256;

/** Attributes of a span besides its name. */
export interface SpanDetails {
  kind: SpanKind;
  attributes: Attributes;
}

/** The controller's tracer. Without an exporter it records nothing, and passes on received trace contexts. */
export function tracer(): Tracer {
  return trace.getTracer('moolai-controller');
}

/** The context of a received `traceparent`; an empty context if there is none. */
export function placeOf(traceparent: unknown): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

function traceparentOf(span: Span | undefined): string | null {
  const place = span?.spanContext();
  return place && isSpanContextValid(place) ? formatTraceparent(place) : null;
}

/**
 * The context of an answer: the peer's, if it belongs to the same trace.
 * @param ours the context that was sent; null if that was not traced
 */
export function placeOfAnswer(ours: string | null, theirs: string | null): string | null {
  return parseTraceparent(theirs)?.traceId === parseTraceparent(ours)?.traceId ? theirs : ours;
}

/** The `traceparent` of the current context; null if it is not traced. */
export function currentTraceparent(): string | null {
  return traceparentOf(trace.getActiveSpan());
}

function fail(span: Span, reason: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason.slice(0, MAX_FAILURE).toWellFormed() });
}

/** Runs `work` in a child span of the current context. */
export async function inSpan<T>(name: string, details: SpanDetails, work: () => Promise<T>): Promise<T> {
  return tracer().startActiveSpan(name, details, async (span) => {
    try {
      return await work();
    } catch (error) {
      fail(span, (error as Error).message);
      throw error;
    } finally {
      span.end();
    }
  });
}

/**
 * Records a point in a trace that came from elsewhere.
 * @param failure the error, if there was one
 * @returns the `traceparent` for later steps; null if there is no such trace
 */
export function markMoment(
  name: string,
  parent: string | null,
  details: SpanDetails,
  failure?: string,
): string | null {
  // An invalid one must not start a new trace.
  if (!parseTraceparent(parent)) return null;
  const span = tracer().startSpan(name, details, placeOf(parent));
  if (failure !== undefined) fail(span, failure);
  span.end();
  return traceparentOf(span);
}
