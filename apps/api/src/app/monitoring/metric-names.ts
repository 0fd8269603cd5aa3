import { Inject, Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MetricNamesRepository, type OwnedName } from './metric-names.repository.js';
import { OwnedNames } from './owned-names.js';

/** More different names than this in the whole fleet are a mistake: somebody puts values into names. */
export const MAX_METRIC_NAMES = 100_000;
/** Names of orchestrators, and of organizations, that memory holds; those who were quiet longest are read again. */
const MAX_REMEMBERED = 500_000;

/** Whose figures are to be kept, and what they are called. */
export interface ReportedNames {
  /** Row of the orchestrator. */
  instanceId: number;
  organizationId: string;
  names: string[];
}

/** The limit that a name goes beyond. */
export type NameLimit = 'orchestrator' | 'organization' | 'fleet';

/** What becomes of the names of one report. */
export interface AdmittedNames {
  /** The numbers of those whose figures are kept. */
  ids: ReadonlyMap<string, number>;
  /** The limit that the others go beyond, by name. */
  refused: ReadonlyMap<string, NameLimit>;
}

type Owners = Pick<ReportedNames, 'instanceId' | 'organizationId'>;

/** One orchestrator that uses one name for the first time. */
interface Use extends Owners {
  name: string;
}

/**
 * Says which figures are kept. Each orchestrator and each organization may use so many different names, so that none
 * can use up what the fleet has. The database knows who uses what; memory remembers it, so that a report with the same
 * names as before asks nothing.
 */
@Injectable()
export class MetricNames {
  private readonly ids = new Map<string, number>();
  private readonly ofOrchestrators = new OwnedNames<number>(MAX_REMEMBERED);
  private readonly ofOrganizations = new OwnedNames<string>(MAX_REMEMBERED);
  /** How many there are in the fleet; undefined until they were counted. */
  private count: number | undefined;
  private readonly refusals: Counter<'limit'>;

  constructor(
    private readonly repository: MetricNamesRepository,
    @Inject(SETTINGS) private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter({
      name: 'moolai_metrics_refused_total',
      help: 'Figures of reports that were not kept, by the limit of names that they went beyond.',
      labelNames: ['limit'],
    });
    for (const limit of ['orchestrator', 'organization', 'fleet']) this.refusals.inc({ limit }, 0);
  }

  /** In the order of `reports`; what is admitted has a number when this resolves. */
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
      if (unused.length > 0) await this.learn(unused);
    } catch (error) {
      // Memory may have let in what the database does not know of.
      this.forget();
      throw error;
    }
    return reports.map((report) => this.admitted(report));
  }

  /** Gives names free that nobody has samples of any more. */
  async forgetUnused(): Promise<void> {
    await this.repository.forgetUnused();
    this.forget();
  }

  /** What is remembered of who uses what is out of date: it is read again. */
  private forget(): void {
    this.ofOrchestrators.clear();
    this.ofOrganizations.clear();
    this.count = undefined;
  }

  private admitted(report: ReportedNames): AdmittedNames {
    const ids = new Map<string, number>();
    const refused = new Map<string, NameLimit>();
    this.ofOrchestrators.touch(report.instanceId);
    for (const name of report.names) {
      const id = this.ids.get(name);
      if (id !== undefined && this.ofOrchestrators.has(report.instanceId, name)) ids.set(name, id);
      else refused.set(name, this.limitOf(report, name) ?? 'fleet');
    }
    for (const limit of refused.values()) this.refusals.inc({ limit });
    return { ids, refused };
  }

  private limitOf({ instanceId, organizationId }: Owners, name: string): NameLimit | undefined {
    const { metricNamesPerOrchestrator, metricNamesPerOrganization } = this.settings.limits;
    if (this.ofOrchestrators.countOf(instanceId) >= metricNamesPerOrchestrator) return 'orchestrator';
    if (this.ofOrganizations.has(organizationId, name)) return undefined;
    const isFull = this.ofOrganizations.countOf(organizationId) >= metricNamesPerOrganization;
    return isFull ? 'organization' : undefined;
  }

  /** Reads what those use who are not in memory. */
  private async read<K>(
    owned: OwnedNames<K>,
    owners: K[],
    query: (owners: K[]) => Promise<OwnedName<K>[]>,
  ): Promise<void> {
    const unknown = [...new Set(owners)].filter((owner) => !owned.knows(owner));
    if (unknown.length === 0) return;
    const rows = await query(unknown);
    for (const owner of unknown) owned.open(owner);
    for (const { owner, name, metricId } of rows) {
      this.ids.set(name, metricId);
      owned.add(owner, name);
    }
  }

  /** Lets those who use names for the first time use them, as far as their limits go. */
  private async learn(reports: ReportedNames[]): Promise<void> {
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
        // At once, so that what follows finds its limit used up.
        this.ofOrchestrators.add(instanceId, name);
        this.ofOrganizations.add(organizationId, name);
      }
    }
    await this.number(uses.map(({ name }) => name));
    for (const { name, instanceId, organizationId } of uses.filter(({ name }) => !this.ids.has(name))) {
      this.ofOrchestrators.delete(instanceId, name);
      this.ofOrganizations.delete(organizationId, name);
    }
    await this.note(uses);
  }

  private async note(uses: Use[]): Promise<void> {
    const owners = uses.flatMap(({ name, instanceId, organizationId }) => {
      const metricId = this.ids.get(name);
      return metricId === undefined ? [] : [{ metricId, instanceId, organizationId }];
    });
    if (owners.length > 0) await this.repository.note(owners);
  }

  /** Finds the numbers of names, and gives new ones a number as long as the fleet may have more. */
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
