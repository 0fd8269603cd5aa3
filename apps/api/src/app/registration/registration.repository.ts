import { Injectable } from '@nestjs/common';
import { DEFAULT_ORGANIZATION_ID, type JsonObject, type RegisterMessage } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import type { OwnConfig } from '../configuration/index.js';

/** The organization of a registration, and what it brings to the configuration. */
export interface RegistrationOrganization {
  organization_id: string;
  name: string;
  is_active: boolean;
  is_independent: boolean;
  settings: JsonObject;
  defaults: JsonObject;
}

/** What a registration leaves in the row. */
export interface RegisteredRow extends OwnConfig {
  id: number;
  orchestrator_id: string;
  organization_id: string;
  is_independent: boolean;
  independence_version: string;
  last_seen: Date | null;
  config_version: number;
}

const ORGANIZATION_COLUMNS = `g.organization_id, g.name, g.is_active, g.is_independent, g.settings,
  coalesce((SELECT defaults FROM fleet_configuration WHERE id = 1), '{}') AS defaults`;

/** The statements of a registration. Each is atomic; two that race end with the same row. */
@Injectable()
export class RegistrationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The organization that an orchestrator belongs to; undefined when the orchestrator is unknown. */
  async organizationOf(orchestratorId: string): Promise<RegistrationOrganization | undefined> {
    const rows = await this.dataSource.query<RegistrationOrganization[]>(
      `SELECT ${ORGANIZATION_COLUMNS} FROM orchestrator_instances o JOIN organizations g USING (organization_id)
       WHERE o.orchestrator_id = $1`,
      [orchestratorId],
    );
    return rows[0];
  }

  /** The organization, created when there is none with that id. */
  async ensureOrganization(organizationId: string): Promise<RegistrationOrganization | undefined> {
    const name = organizationId === DEFAULT_ORGANIZATION_ID ? 'Default organization' : organizationId;
    await this.dataSource.query(
      'INSERT INTO organizations (organization_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [organizationId, name],
    );
    const rows = await this.dataSource.query<RegistrationOrganization[]>(
      `SELECT ${ORGANIZATION_COLUMNS} FROM organizations g WHERE g.organization_id = $1`,
      [organizationId],
    );
    return rows[0];
  }

  /**
   * Creates the row of an orchestrator that is not known yet.
   * @param remembered the flag that the files have of it, where they have one
   */
  async create(
    orchestratorId: string,
    organization: RegistrationOrganization,
    remembered: boolean | undefined,
    features: JsonObject,
  ): Promise<void> {
    const isIndependent = remembered ?? organization.is_independent;
    const source = remembered === undefined ? 'organization' : 'own';
    await this.dataSource.query(
      `INSERT INTO orchestrator_instances
         (orchestrator_id, organization_id, organization_name, name, features, privacy_mode, monitoring_enabled,
          is_independent, independence_source, independence_updated_at, independence_updated_by)
       VALUES ($1, $2, $3, $1, $4, NULL, NULL, $5, CASE WHEN $5 THEN $6::text END,
         CASE WHEN $7 THEN now() END, CASE WHEN $7 THEN 'files' END)
       ON CONFLICT DO NOTHING`,
      [
        orchestratorId,
        organization.organization_id,
        organization.name,
        features,
        isIndependent,
        source,
        remembered !== undefined,
      ],
    );
  }

  /** Takes over what the orchestrator says of itself; `last_seen` moves unless independence froze it. */
  async recordRegistration(
    message: RegisterMessage,
    organization: RegistrationOrganization,
    at: Date,
  ): Promise<RegisteredRow | undefined> {
    const [rows] = await this.dataSource.query<[RegisteredRow[], number]>(
      `UPDATE orchestrator_instances SET
         name = coalesce($2, name), version = coalesce($3, version), labels = coalesce($4, labels),
         capabilities = coalesce($5, capabilities), metadata = coalesce($6, metadata),
         reported_config_version = coalesce($7, reported_config_version), organization_name = $8,
         last_seen = CASE WHEN is_independent THEN last_seen ELSE greatest(last_seen, $9) END,
         status = CASE WHEN is_independent THEN 'independent' ELSE 'active' END,
         updated_at = $9
       WHERE orchestrator_id = $1 AND organization_id = $10
       RETURNING id, orchestrator_id, organization_id, is_independent, independence_version, last_seen, config_version,
         features, session_config, privacy_mode, monitoring_enabled, phoenix_endpoint`,
      [
        message.orchestrator_id,
        message.name ?? null,
        message.version ?? null,
        message.labels ?? null,
        message.capabilities ? JSON.stringify(message.capabilities) : null,
        message.metadata ?? null,
        message.config_version ?? null,
        organization.name,
        at,
        organization.organization_id,
      ],
    );
    return rows[0];
  }
}
