import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { LOGGER, type Logger } from '../logging/logger.js';

/** Name and labels of a metric for Prometheus. Labels must have few values, so no orchestrator ids. */
export interface MetricName<L extends string = never> {
  name: string;
  help: string;
  labelNames?: readonly L[];
}

/** One value with its labels. */
export interface Reading<L extends string = never> {
  value: number;
  labels?: Record<L, string>;
}

/** Reads the current values of a metric. */
export type Read<L extends string> = () => Reading<L>[] | Promise<Reading<L>[]>;

/**
 * The application's Prometheus metrics. Values already in memory are read on request, so that nothing is counted twice
 * and heartbeats cost nothing extra.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** The content type of {@link expose}. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }

  /** A metric that only grows. */
  counter<L extends string = never>(name: MetricName<L>): Counter<L> {
    return new Counter({ ...name, registers: [this.registry] });
  }

  /** A histogram. */
  histogram<L extends string = never>(name: MetricName<L> & { buckets: number[] }): Histogram<L> {
    return new Histogram({ ...name, registers: [this.registry] });
  }

  /** A growing value kept elsewhere. */
  readCounter<L extends string = never>(name: MetricName<L>, read: Read<L>): void {
    const readings = (): Promise<Reading<L>[]> => this.readings(name.name, read);
    new Counter({
      ...name,
      registers: [this.registry],
      async collect() {
        const present = await readings();
        this.reset();
        for (const { labels, value } of present) {
          if (labels) this.inc(labels, value);
          else this.inc(value);
        }
      },
    });
  }

  /** A value kept elsewhere. */
  readGauge<L extends string = never>(name: MetricName<L>, read: Read<L>): void {
    const readings = (): Promise<Reading<L>[]> => this.readings(name.name, read);
    new Gauge({
      ...name,
      registers: [this.registry],
      async collect() {
        const present = await readings();
        this.reset();
        // After a reset, a metric without labels would report a misleading 0.
        if (present.length === 0 && !name.labelNames) this.remove();
        for (const { labels, value } of present) {
          if (labels) this.set(labels, value);
          else this.set(value);
        }
      },
    });
  }

  /** Omits a metric that cannot be read, because the others are needed most in that case. */
  private async readings<L extends string>(name: string, read: Read<L>): Promise<Reading<L>[]> {
    try {
      return await read();
    } catch (error) {
      this.logger.debug({ metric: name }, `figure left out: ${(error as Error).message}`);
      return [];
    }
  }
}
