import { Injectable } from '@nestjs/common';
import type { ConfigFacts, JsonObject, OwnConfig } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import type { OrchestratorLevel } from './configuration-levels.js';

/** Desired and reported configuration of an orchestrator. */
export interface ConfigState extends OrchestratorLevel, ConfigFacts {
  defaults: JsonObject;
  settings: JsonObject;
  changedAt: string;
  ackDetail: string | null;
  ackAt: string | null;
}

/** SQL for reading current configurations. */
@Injectable()
export class ConfigurationStateRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The current configuration of one orchestrator. */
  async state(orchestratorId: string, scope: Scope): Promise<ConfigState | undefined> {
    const [row] = await this.dataSource.query<
      {
        organization_id: string;
        own: OwnConfig;
        own_config_revision: number;
        config_version: number;
        config_hash: string | null;
        defaults: JsonObject | null;
        settings: JsonObject;
        config_changed_at: Date;
        reported_config_version: number | null;
        config_ack_version: number | null;
        config_ack_status: 'applied' | 'failed' | null;
        config_ack_detail: string | null;
        config_ack_at: Date | null;
      }[]
    >(
      `SELECT o.organization_id, o.own_config_revision, o.config_version, o.config_hash, f.defaults, g.settings,
         jsonb_build_object('features', o.features, 'session_config', o.session_config,
           'privacy_mode', o.privacy_mode, 'monitoring_enabled', o.monitoring_enabled,
           'phoenix_endpoint', o.phoenix_endpoint) AS own,
         o.config_changed_at, o.reported_config_version, o.config_ack_version, o.config_ack_status,
         o.config_ack_detail, o.config_ack_at
       FROM orchestrator_instances o JOIN organizations g USING (organization_id)
       LEFT JOIN fleet_configuration f ON f.id = 1
       WHERE o.orchestrator_id = $1 AND ${inScope('o.organization_id', '$2')}`,
      [orchestratorId, scope],
    );
    return (
      row && {
        orchestratorId,
        organizationId: row.organization_id,
        own: row.own,
        ownRevision: row.own_config_revision,
        configVersion: row.config_version,
        configHash: row.config_hash,
        defaults: row.defaults ?? {},
        settings: row.settings,
        changedAt: row.config_changed_at.toISOString(),
        reportedVersion: row.reported_config_version,
        ackVersion: row.config_ack_version,
        ackStatus: row.config_ack_status,
        ackDetail: row.config_ack_detail,
        ackAt: row.config_ack_at?.toISOString() ?? null,
      }
    );
  }

  /** The current settings of an organization with their revision; undefined if the organization does not exist. */
  async settings(
    organizationId: string,
    scope: Scope,
  ): Promise<{ settings: JsonObject; revision: number } | undefined> {
    const [row] = await this.dataSource.query<{ settings: JsonObject; revision: number }[]>(
      `SELECT settings, settings_revision AS revision FROM organizations
       WHERE organization_id = $1 AND ${inScope('organization_id', '$2')}`,
      [organizationId, scope],
    );
    return row;
  }
}
