import { Injectable } from '@nestjs/common';
import {
  MAX_METRIC_POINTS,
  type Costs,
  type CostsQuery,
  type MetricNames,
  type MetricSeries,
  type MetricSeriesQuery,
} from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { CostsReader } from './costs-reader.js';
import { MetricsRepository } from './metrics.repository.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Default number of points, about as many as a screen shows. */
const COMFORTABLE_POINTS = 120;

/** Reads reported metrics and usage. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly metrics: MetricsRepository,
    private readonly costsReader: CostsReader,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError */
  async series(orchestratorId: string, query: MetricSeriesQuery, scope: Scope): Promise<MetricSeries> {
    const instanceId = await this.instance(orchestratorId, scope);
    const { from, to } = this.range(query.from, query.to, HOUR_MS);
    const rangeSec = (to.getTime() - from.getTime()) / 1000;
    const finest = Math.ceil(rangeSec / MAX_METRIC_POINTS);
    const step = Math.max(1, finest, query.step ?? Math.ceil(rangeSec / COMFORTABLE_POINTS));
    const points = await this.metrics.series(instanceId, query.name, from, to, step);
    return {
      orchestrator_id: orchestratorId,
      name: query.name,
      from: from.toISOString(),
      to: to.toISOString(),
      step,
      points,
    };
  }

  /** @throws NotFoundError */
  async names(orchestratorId: string, scope: Scope): Promise<MetricNames> {
    const names = await this.metrics.names(await this.instance(orchestratorId, scope));
    return { orchestrator_id: orchestratorId, names };
  }

  /** Reported usage and cost. Entries without a cost are counted, not estimated. */
  async costs(query: CostsQuery, scope: Scope): Promise<Costs> {
    const { from, to } = this.range(query.from, query.to, 30 * DAY_MS);
    return this.costsReader.read({
      from,
      to,
      organizationId: query.organization_id,
      orchestratorId: query.orchestrator_id,
      scope,
    });
  }

  private async instance(orchestratorId: string, scope: Scope): Promise<number> {
    const instanceId = await this.metrics.instanceOf(orchestratorId, scope);
    if (instanceId === undefined) throw new NotFoundError('orchestrator', orchestratorId);
    return instanceId;
  }

  private range(
    from: string | undefined,
    to: string | undefined,
    defaultMs: number,
  ): { from: Date; to: Date } {
    const end = to === undefined ? this.clock.now() : new Date(to);
    const start = from === undefined ? new Date(end.getTime() - defaultMs) : new Date(from);
    if (start < end) return { from: start, to: end };
    throw new AppError('validation_error', 'from must be before to', [
      { field: 'from', detail: 'from must be before to' },
    ]);
  }
}
