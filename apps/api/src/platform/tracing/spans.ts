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

/** Of what went wrong: the texts of others are longer. */
const MAX_FAILURE = 256;

/** What is said of a span besides its name. */
export interface SpanDetails {
  kind: SpanKind;
  attributes: Attributes;
}

/** The tracer of the controller. Without an exporter it records nothing, and hands on what it is given. */
export function tracer(): Tracer {
  return trace.getTracer('moolai-controller');
}

/** The place in a trace that a `traceparent` of somebody else means; no place for none. */
export function placeOf(traceparent: unknown): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

function traceparentOf(span: Span | undefined): string | null {
  const place = span?.spanContext();
  return place && isSpanContextValid(place) ? formatTraceparent(place) : null;
}

/**
 * The place of an answer in a trace: what the other side says, if it speaks of the same trace.
 * @param ours what it was sent; null when that was not traced
 */
export function placeOfAnswer(ours: string | null, theirs: string | null): string | null {
  return parseTraceparent(theirs)?.traceId === parseTraceparent(ours)?.traceId ? theirs : ours;
}

/** The `traceparent` of what is going on now; null when nobody traces it. */
export function currentTraceparent(): string | null {
  return traceparentOf(trace.getActiveSpan());
}

function fail(span: Span, reason: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason.slice(0, MAX_FAILURE).toWellFormed() });
}

/** Does `work` as a part of what is going on now. */
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
 * Records a moment of a trace that came from elsewhere.
 * @param failure why it is a bad moment
 * @returns the `traceparent` for what follows from it; null when there is no such trace
 */
export function markMoment(
  name: string,
  parent: string | null,
  details: SpanDetails,
  failure?: string,
): string | null {
  // What is none must not begin a trace of its own.
  if (!parseTraceparent(parent)) return null;
  const span = tracer().startSpan(name, details, placeOf(parent));
  if (failure !== undefined) fail(span, failure);
  span.end();
  return traceparentOf(span);
}
