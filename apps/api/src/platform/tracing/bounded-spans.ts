import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ByteBudget } from '../batching/byte-budget.js';

/** What a span takes besides its texts. */
export const SPAN_COST = 2_048;

let present: ByteBudget | undefined;

/** The budget of the spans that wait for the collector; undefined when nothing is traced. One, as the tracer is one. */
export function spanBudget(): ByteBudget | undefined {
  return present;
}

/** Makes the budget of this process's spans. */
export function createSpanBudget(limitBytes: number): ByteBudget {
  present = new ByteBudget(limitBytes);
  return present;
}

function bytesOf({ name, status, attributes }: ReadableSpan): number {
  let bytes = SPAN_COST + name.length + (status.message?.length ?? 0);
  for (const value of Object.values(attributes)) if (typeof value === 'string') bytes += value.length;
  return bytes;
}

/** Hands on the spans that the budget has room for; the others are lost, and counted as refused. */
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
    if (isSampled && this.budget.take(bytesOf(span))) this.next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}

/** Gives the bytes of spans back when the collector has taken them, or when they were given up. */
export function givingBack(exporter: SpanExporter, budget: ByteBudget): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        for (const span of spans) budget.give(bytesOf(span));
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
