import { context, diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { version } from '../process-info.js';
import type { Logger } from '../logging/logger.js';
import { BoundedSpans, createSpanBudget, givingBack, SPAN_COST } from './bounded-spans.js';

/** A collector that is unreachable is logged at most once in this time. */
const COMPLAINT_PAUSE_MS = 60_000;

/** Short, so that traces are visible soon after a request. */
const EXPORT_INTERVAL_MS = 1_000;
/** More than any span of the controller has; longer texts, such as client-chosen ids, are truncated. */
const SPAN_LIMITS = {
  attributeValueLengthLimit: 256,
  attributeCountLimit: 16,
  eventCountLimit: 8,
  linkCountLimit: 8,
};
/** Maximum number of spans in one request to the collector. */
const MAX_BATCH = 512;

function complaints(logger: Logger): (message: string) => void {
  let lastMs = -Infinity;
  return (message) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < COMPLAINT_PAUSE_MS) return;
    lastMs = nowMs;
    logger.warn(`traces are not exported: ${message}`);
  };
}

/**
 * Starts sending spans to a collector by OTLP/HTTP. No other file may import this one statically: without an endpoint
 * none of it is loaded.
 * @param limitBytes maximum size of waiting spans
 * @returns sends the last of them
 */
export function startExporter(endpoint: string, limitBytes: number, logger: Logger): () => Promise<void> {
  const complain = complaints(logger);
  const quiet = (): void => undefined;
  diag.setLogger(
    { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const budget = createSpanBudget(limitBytes);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'moolai-controller', 'service.version': version }))
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, as usual.
      .merge(detectResources({ detectors: [envDetector] })),
    spanLimits: SPAN_LIMITS,
    spanProcessors: [
      new BoundedSpans(
        new BatchSpanProcessor({
          scheduledDelayMillis: EXPORT_INTERVAL_MS,
          maxExportBatchSize: MAX_BATCH,
          // As many as fit into the budget, so that the queue itself drops none.
          maxQueueSize: Math.max(MAX_BATCH, limitBytes / SPAN_COST),
          exporter: givingBack(exporter, budget),
        }),
        budget,
      ),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}
