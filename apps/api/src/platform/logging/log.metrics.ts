import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { LOGGER, lineStreamOf, type Logger } from './logger.js';
import { StandardOutput } from './standard-output.js';

/** Metrics of the log. */
@Injectable()
export class LogMetrics {
  constructor(metrics: Metrics, @Inject(LOGGER) logger: Logger) {
    const sink = lineStreamOf(logger)?.sink;
    const output = sink instanceof StandardOutput ? sink : undefined;
    metrics.readCounter(
      {
        name: 'moolai_log_lines_dropped_total',
        help: 'Lines of the log dropped because the output could not be written.',
      },
      () => [{ value: output?.droppedLines ?? 0 }],
    );
    metrics.readGauge(
      { name: 'moolai_log_waiting_bytes', help: 'Bytes of the log waiting to be written.' },
      () => [{ value: output?.waitingBytes ?? 0 }],
    );
  }
}
