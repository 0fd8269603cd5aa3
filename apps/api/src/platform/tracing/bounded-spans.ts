import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ByteBudget } from '../batching/byte-budget.js';

/** Size of a span without its texts. */
export const SPAN_COST = 2_048;

let present: ByteBudget | undefined;

/** The budget of spans waiting for the collector; undefined if tracing is off. Global, like the tracer. */
export function spanBudget(): ByteBudget | undefined {
  return present;
}

/** Creates the budget of this process's spans. */
export function createSpanBudget(limitBytes: number): ByteBudget {
  present = new ByteBudget(limitBytes);
  return present;
}

function bytesOf({ name, status, attributes }: ReadableSpan): number {
  let bytes = SPAN_COST + name.length + (status.message?.length ?? 0);
  for (const value of Object.values(attributes)) if (typeof value === 'string') bytes += value.length;
  return bytes;
}

/** Passes on spans that fit into the budget; others are dropped and counted as refused. */
export class BoundedSpans implements SpanProcessor {
  constructor(
    private readonly next: SpanProcessor,
    private readonly budget: ByteBudget,
  ) {}

  onStart(...of: Parameters<SpanProcessor['onStart']>): void {
    this.next.onStart(...of);
  }

  onEnd(span: ReadableSpan): void {
    const isSampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
    if (isSampled && this.budget.reserve(bytesOf(span))) this.next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}

/** Releases the bytes of spans when the collector has accepted them, or when they were given up. */
export function givingBack(exporter: SpanExporter, budget: ByteBudget): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        for (const span of spans) budget.release(bytesOf(span));
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
