import type { Settings } from '../config/settings.js';
import type { Logger } from '../logging/logger.js';
import { settleWithin } from '../process/settle-within.js';

/** How long a shutdown waits for a collector. */
const LAST_EXPORT_MS = 2_000;
const MIB = 1024 * 1024;

/**
 * Exports traces if an endpoint is set; otherwise loads none of the code.
 * @returns stops it within a bounded time; undefined without an endpoint
 */
export async function startTracing(
  { otlpEndpoint, limits }: Pick<Settings, 'otlpEndpoint' | 'limits'>,
  logger: Logger,
): Promise<(() => Promise<void>) | undefined> {
  if (otlpEndpoint === undefined) return undefined;
  const { startExporter } = await import('./trace-exporter.js');
  const stop = startExporter(otlpEndpoint, limits.traceBufferMb * MIB, logger);
  return async () => void (await settleWithin(stop(), LAST_EXPORT_MS));
}
