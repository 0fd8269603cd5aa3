import { Inject, Injectable } from '@nestjs/common';
import type { MetricNameLimit } from '@moolai/contracts';
import type { Counter } from 'prom-client';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MetricNamesRepository, type OwnedName } from './metric-names.repository.js';
import { OwnedNames } from './owned-names.js';

/** A fleet with more different names probably puts values into names. */
export const MAX_METRIC_NAMES = 100_000;
/** Names of orchestrators and organizations kept in memory; those of the least recent owners are read again. */
const MAX_REMEMBERED = 500_000;

/** The metric names of one report and their owners. */
export interface ReportedNames {
  /** Row id of the orchestrator. */
  instanceId: number;
  organizationId: string;
  names: string[];
}

/** The result for the names of one report. */
export interface AdmittedNames {
  /** Numbers of the accepted names. */
  ids: ReadonlyMap<string, number>;
  /** The exceeded limit of each refused name. */
  refused: ReadonlyMap<string, MetricNameLimit>;
}

type Owners = Pick<ReportedNames, 'instanceId' | 'organizationId'>;

/** The first use of a name by an orchestrator. */
interface Use extends Owners {
  name: string;
}

/**
 * Decides which metrics are stored. Each orchestrator and each organization may use a limited number of names, so that
 * none uses up the fleet's limit. The database stores the uses and memory caches them, so that a report with known
 * names needs no query.
 */
@Injectable()
export class MetricNames {
  private readonly ids = new Map<string, number>();
  private readonly ofOrchestrators = new OwnedNames<number>(MAX_REMEMBERED);
  private readonly ofOrganizations = new OwnedNames<string>(MAX_REMEMBERED);
  /** Number of names in the fleet; undefined before the first count. */
  private count: number | undefined;
  private readonly refusals: Counter<'limit'>;

  constructor(
    private readonly repository: MetricNamesRepository,
    @Inject(SETTINGS) private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter({
      name: 'moolai_metrics_refused_total',
      help: 'Metrics that were not stored, by the exceeded limit of names.',
      labelNames: ['limit'],
    });
    for (const limit of ['orchestrator', 'organization', 'fleet']) this.refusals.inc({ limit }, 0);
  }

  /** Results in the order of `reports`; accepted names have a number when this resolves. */
  async admit(reports: ReportedNames[]): Promise<AdmittedNames[]> {
    this.ofOrchestrators.trim();
    this.ofOrganizations.trim();
    try {
      await this.read(
        this.ofOrchestrators,
        reports.map(({ instanceId }) => instanceId),
        (ids) => this.repository.ofOrchestrators(ids),
      );
      const unused = reports.filter(({ instanceId, names }) =>
        names.some((name) => !this.ofOrchestrators.has(instanceId, name)),
      );
      if (unused.length > 0) await this.accept(unused);
    } catch (error) {
      // Memory may contain uses that the database did not store.
      this.forget();
      throw error;
    }
    return reports.map((report) => this.admitted(report));
  }

  /** Frees names without samples. */
  async forgetUnused(): Promise<void> {
    await this.repository.forgetUnused();
    this.forget();
  }

  /** The cache is outdated: reads it again. */
  private forget(): void {
    this.ofOrchestrators.clear();
    this.ofOrganizations.clear();
    this.count = undefined;
  }

  private admitted(report: ReportedNames): AdmittedNames {
    const ids = new Map<string, number>();
    const refused = new Map<string, MetricNameLimit>();
    this.ofOrchestrators.touch(report.instanceId);
    for (const name of report.names) {
      const id = this.ids.get(name);
      if (id !== undefined && this.ofOrchestrators.has(report.instanceId, name)) ids.set(name, id);
      else refused.set(name, this.limitOf(report, name) ?? 'fleet');
    }
    for (const limit of refused.values()) this.refusals.inc({ limit });
    return { ids, refused };
  }

  private limitOf({ instanceId, organizationId }: Owners, name: string): MetricNameLimit | undefined {
    const { metricNamesPerOrchestrator, metricNamesPerOrganization } = this.settings.limits;
    if (this.ofOrchestrators.countOf(instanceId) >= metricNamesPerOrchestrator) return 'orchestrator';
    if (this.ofOrganizations.has(organizationId, name)) return undefined;
    const isFull = this.ofOrganizations.countOf(organizationId) >= metricNamesPerOrganization;
    return isFull ? 'organization' : undefined;
  }

  /** Reads the names of owners that are not cached. */
  private async read<K>(
    owned: OwnedNames<K>,
    owners: K[],
    query: (owners: K[]) => Promise<OwnedName<K>[]>,
  ): Promise<void> {
    const unknown = [...new Set(owners)].filter((owner) => !owned.hasOwner(owner));
    if (unknown.length === 0) return;
    const rows = await query(unknown);
    for (const owner of unknown) owned.open(owner);
    for (const { owner, name, metricId } of rows) {
      this.ids.set(name, metricId);
      owned.add(owner, name);
    }
  }

  /** Accepts new uses of names within the limits. */
  private async accept(reports: ReportedNames[]): Promise<void> {
    await this.read(
      this.ofOrganizations,
      reports.map(({ organizationId }) => organizationId),
      (ids) => this.repository.ofOrganizations(ids),
    );
    const uses: Use[] = [];
    for (const { names, instanceId, organizationId } of reports) {
      this.ofOrganizations.touch(organizationId);
      for (const name of names) {
        const use = { name, instanceId, organizationId };
        if (this.ofOrchestrators.has(instanceId, name) || this.limitOf(use, name)) continue;
        uses.push(use);
        // Immediately, so that later names count against the limit.
        this.ofOrchestrators.add(instanceId, name);
        this.ofOrganizations.add(organizationId, name);
      }
    }
    await this.number(uses.map(({ name }) => name));
    for (const { name, instanceId, organizationId } of uses.filter(({ name }) => !this.ids.has(name))) {
      this.ofOrchestrators.delete(instanceId, name);
      this.ofOrganizations.delete(organizationId, name);
    }
    await this.recordUses(uses);
  }

  private async recordUses(uses: Use[]): Promise<void> {
    const owners = uses.flatMap(({ name, instanceId, organizationId }) => {
      const metricId = this.ids.get(name);
      return metricId === undefined ? [] : [{ metricId, instanceId, organizationId }];
    });
    if (owners.length > 0) await this.repository.recordUses(owners);
  }

  /** Finds the numbers of names, and assigns new ones within the fleet's limit. */
  private async number(names: string[]): Promise<void> {
    const unknown = [...new Set(names)].filter((name) => !this.ids.has(name));
    if (unknown.length === 0) return;
    for (const [name, id] of await this.repository.find(unknown)) this.ids.set(name, id);
    this.count ??= await this.repository.count();
    const fresh = unknown.filter((name) => !this.ids.has(name)).slice(0, MAX_METRIC_NAMES - this.count);
    if (fresh.length === 0) return;
    for (const [name, id] of await this.repository.create(fresh)) this.ids.set(name, id);
    this.count += fresh.length;
  }
}
