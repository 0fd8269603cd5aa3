import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { LOGGER, type Logger } from '../logging/logger.js';

/** What a figure is called, in the words of Prometheus. Labels must have few values: no ids of orchestrators. */
export interface MetricName<L extends string = never> {
  name: string;
  help: string;
  labelNames?: readonly L[];
}

/** One figure with its labels. */
export interface Reading<L extends string = never> {
  value: number;
  labels?: Record<L, string>;
}

/** What a figure is when somebody asks. */
export type Read<L extends string> = () => Reading<L>[] | Promise<Reading<L>[]>;

/**
 * The figures of one application for Prometheus. What is in memory anyway is read when somebody asks,
 * so that nothing is counted twice and a heartbeat costs nothing more.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** What {@link expose} gives. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything, as Prometheus reads it. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }

  /** A figure that only grows. */
  counter<L extends string = never>(name: MetricName<L>): Counter<L> {
    return new Counter({ ...name, registers: [this.registry] });
  }

  /** Figures by size. */
  histogram<L extends string = never>(name: MetricName<L> & { buckets: number[] }): Histogram<L> {
    return new Histogram({ ...name, registers: [this.registry] });
  }

  /** A figure that somebody else keeps and that only grows. */
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

  /** A figure that somebody else keeps. */
  readGauge<L extends string = never>(name: MetricName<L>, read: Read<L>): void {
    const readings = (): Promise<Reading<L>[]> => this.readings(name.name, read);
    new Gauge({
      ...name,
      registers: [this.registry],
      async collect() {
        const present = await readings();
        this.reset();
        // One without labels is 0 after that, which somebody might believe.
        if (present.length === 0 && !name.labelNames) this.remove();
        for (const { labels, value } of present) {
          if (labels) this.set(labels, value);
          else this.set(value);
        }
      },
    });
  }

  /** A figure that cannot be had is left out: the others must be seen, most of all then. */
  private async readings<L extends string>(name: string, read: Read<L>): Promise<Reading<L>[]> {
    try {
      return await read();
    } catch (error) {
      this.logger.debug({ metric: name }, `figure left out: ${(error as Error).message}`);
      return [];
    }
  }
}
