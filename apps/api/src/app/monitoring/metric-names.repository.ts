import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A name used by an owner: an orchestrator (row id) or an organization. */
export interface OwnedName<K> {
  owner: K;
  name: string;
  metricId: number;
}

/** An orchestrator with its organization, and a name that it uses for the first time. */
export interface NewUse {
  metricId: number;
  instanceId: number;
  organizationId: string;
}

/** SQL of metric names: their numbers and their users. */
@Injectable()
export class MetricNamesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Number of different names. */
  async count(): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM metric_names',
    );
    return row?.count ?? 0;
  }

  /** The numbers of those names that exist. */
  async find(names: string[]): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ id: number; name: string }[]>(
      'SELECT id, name FROM metric_names WHERE name = ANY($1)',
      [names],
    );
    return new Map(rows.map(({ id, name }) => [name, id]));
  }

  /** Assigns a number to each name without one. */
  async create(names: string[]): Promise<Map<string, number>> {
    await this.dataSource.query(
      'INSERT INTO metric_names (name) SELECT unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING',
      [names],
    );
    return this.find(names);
  }

  /** The names used by these orchestrators (row ids). */
  async ofOrchestrators(instanceIds: number[]): Promise<OwnedName<number>[]> {
    return this.dataSource.query(
      `SELECT o.instance_id AS owner, o.metric_id AS "metricId", n.name
       FROM orchestrator_metric_names o JOIN metric_names n ON n.id = o.metric_id WHERE o.instance_id = ANY($1)`,
      [instanceIds],
    );
  }

  /** The names used by these organizations. */
  async ofOrganizations(organizationIds: string[]): Promise<OwnedName<string>[]> {
    return this.dataSource.query(
      `SELECT o.organization_id AS owner, o.metric_id AS "metricId", n.name
       FROM organization_metric_names o JOIN metric_names n ON n.id = o.metric_id WHERE o.organization_id = ANY($1)`,
      [organizationIds],
    );
  }

  /** Records new uses of names, in a fixed order to avoid deadlocks. */
  async recordUses(uses: NewUse[]): Promise<void> {
    await this.dataSource.query(
      `WITH used AS (
         SELECT * FROM unnest($1::int[], $2::text[], $3::int[]) AS v(instance_id, organization_id, metric_id)
       ), own AS (
         INSERT INTO orchestrator_metric_names (instance_id, metric_id)
         SELECT instance_id, metric_id FROM used ORDER BY 1, 2 ON CONFLICT DO NOTHING
       )
       INSERT INTO organization_metric_names (organization_id, metric_id)
       SELECT DISTINCT organization_id, metric_id FROM used ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
      [
        uses.map(({ instanceId }) => instanceId),
        uses.map(({ organizationId }) => organizationId),
        uses.map(({ metricId }) => metricId),
      ],
    );
  }

  /**
   * Removes names of orchestrators without samples, and names of organizations that none of their orchestrators uses,
   * which frees their share for other names.
   */
  async forgetUnused(): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM orchestrator_metric_names n WHERE NOT EXISTS (
         SELECT 1 FROM monitoring_samples s WHERE s.instance_id = n.instance_id AND s.metric_id = n.metric_id)`,
    );
    await this.dataSource.query(
      `DELETE FROM organization_metric_names g WHERE NOT EXISTS (
         SELECT 1 FROM orchestrator_instances i JOIN orchestrator_metric_names n ON n.instance_id = i.id
         WHERE i.organization_id = g.organization_id AND n.metric_id = g.metric_id)`,
    );
  }
}
