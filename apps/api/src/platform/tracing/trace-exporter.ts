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

/** A collector that is away is told of once in this time. */
const COMPLAINT_PAUSE_MS = 60_000;

/** Whoever follows a request does not want to wait for its trace. */
const EXPORT_INTERVAL_MS = 1_000;

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
 * Sends spans to a collector by OTLP/HTTP from now on. Nothing else may import this file statically: without an
 * endpoint none of it is loaded.
 * @returns what sends the last of them
 */
export function startExporter(endpoint: string, logger: Logger): () => Promise<void> {
  const complain = complaints(logger);
  const quiet = (): void => undefined;
  diag.setLogger(
    { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'moolai-controller', 'service.version': version }))
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, as everywhere else.
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        scheduledDelayMillis: EXPORT_INTERVAL_MS,
        exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }),
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}
