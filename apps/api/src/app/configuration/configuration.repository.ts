import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@moolai/contracts';
import { DataSource } from 'typeorm';

/** One organization in `controller_config.json` (contract section 4). */
export interface ConfiguredOrganization {
  name: string;
  orchestrators: string[];
  is_independent: boolean;
  settings: JsonObject;
}

/** The `controller_config.json` document (contract section 4). */
export interface ControllerConfig {
  defaults: JsonObject;
  organizations: Record<string, ConfiguredOrganization>;
}

/** The statements behind `controller_config.json`. */
@Injectable()
export class ConfigurationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The whole document as the database has it. */
  async read(): Promise<ControllerConfig> {
    const [defaults] = await this.dataSource.query<{ defaults: JsonObject }[]>(
      'SELECT defaults FROM fleet_configuration WHERE id = 1',
    );
    const rows = await this.dataSource.query<({ organization_id: string } & ConfiguredOrganization)[]>(
      `SELECT g.organization_id, g.name, g.is_independent, g.settings,
         coalesce(array_agg(o.orchestrator_id ORDER BY o.orchestrator_id)
           FILTER (WHERE o.orchestrator_id IS NOT NULL), '{}') AS orchestrators
       FROM organizations g LEFT JOIN orchestrator_instances o USING (organization_id)
       GROUP BY g.organization_id ORDER BY g.organization_id`,
    );
    const organizations = rows.map(({ organization_id, name, orchestrators, is_independent, settings }) => [
      organization_id,
      { name, orchestrators, is_independent, settings },
    ]);
    return {
      defaults: defaults?.defaults ?? {},
      organizations: Object.fromEntries(organizations) as ControllerConfig['organizations'],
    };
  }

  /**
   * Adds what the database does not know yet, and changes nothing that it knows.
   * @param flagOf the remembered independence of an orchestrator, where there is one
   */
  async addUnknown(
    config: ControllerConfig,
    flagOf: (orchestratorId: string) => boolean | undefined,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        'INSERT INTO fleet_configuration (id, defaults) VALUES (1, $1) ON CONFLICT DO NOTHING',
        [config.defaults],
      );
      for (const [organizationId, organization] of Object.entries(config.organizations)) {
        await manager.query(
          `INSERT INTO organizations (organization_id, name, is_independent, settings)
           VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
          [organizationId, organization.name, organization.is_independent, organization.settings],
        );
        const ids = organization.orchestrators;
        await manager.query(
          `INSERT INTO orchestrator_instances
             (orchestrator_id, organization_id, name, organization_name, is_independent, independence_source,
              independence_updated_at, independence_updated_by, privacy_mode, monitoring_enabled)
           SELECT v.id, $1, v.id, $2, coalesce(v.flag, $3),
             CASE WHEN v.flag THEN 'own' WHEN v.flag IS NULL AND $3 THEN 'organization' END,
             CASE WHEN v.flag IS NOT NULL THEN now() END, CASE WHEN v.flag IS NOT NULL THEN 'files' END, NULL, NULL
           FROM unnest($4::text[], $5::boolean[]) AS v(id, flag)
           ON CONFLICT DO NOTHING`,
          [
            organizationId,
            organization.name,
            organization.is_independent,
            ids,
            ids.map((id) => flagOf(id) ?? null),
          ],
        );
      }
    });
  }
}
