import { Injectable } from '@nestjs/common';
import type { ConfigLevel, ControllerConfigDocument, JsonObject, OwnConfig } from '@moolai/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import type { ConfigSchemas } from './config-limits.js';
import { readDocumentOf } from './controller-config.repository.js';
import { createOrchestrators, type NewOrchestrator } from './orchestrator-creation.repository.js';

/** A level that someone can change. */
export type ChangeableLevel = Exclude<ConfigLevel, 'built_in'>;

/** Who changes a configuration, and why. */
export interface Author {
  by: string;
  comment?: string | undefined;
}

/** The fleet's level. */
export interface FleetLevel {
  defaults: JsonObject;
  schemas: ConfigSchemas;
  revision: number;
}

/** An organization's level. */
export interface OrganizationLevel {
  organizationId: string;
  name: string;
  isIndependent: boolean;
  settings: JsonObject;
  revision: number;
}

/** An orchestrator's level, and the version that its effective configuration has. */
export interface OrchestratorLevel {
  orchestratorId: string;
  organizationId: string;
  own: OwnConfig;
  ownRevision: number;
  configVersion: number;
  configHash: string | null;
}

/** A new version of an orchestrator's effective configuration. */
export interface NewVersion {
  orchestratorId: string;
  configVersion: number;
  configHash: string;
  organizationId: string;
  organizationRevision: number;
  ownRevision: number;
}

interface OrchestratorRow extends OwnConfig {
  orchestrator_id: string;
  organization_id: string;
  own_config_revision: number;
  config_version: number;
  config_hash: string | null;
}

const ORGANIZATION_COLUMNS = `organization_id AS "organizationId", name, is_independent AS "isIndependent",
  settings, settings_revision AS revision`;

const ORCHESTRATOR_COLUMNS = `orchestrator_id, organization_id, features, session_config, privacy_mode,
  monitoring_enabled, phoenix_endpoint, own_config_revision, config_version, config_hash`;

function toLevel(row: OrchestratorRow): OrchestratorLevel {
  const { features, session_config, privacy_mode, monitoring_enabled, phoenix_endpoint } = row;
  return {
    orchestratorId: row.orchestrator_id,
    organizationId: row.organization_id,
    own: { features, session_config, privacy_mode, monitoring_enabled, phoenix_endpoint },
    ownRevision: row.own_config_revision,
    configVersion: row.config_version,
    configHash: row.config_hash,
  };
}

/**
 * The statements of one change of a configuration. Levels are locked from the fleet down, so that two
 * changes never wait for each other; `share` lets changes of other organizations go on.
 */
export class ConfigurationTransaction {
  constructor(private readonly manager: EntityManager) {}

  async fleet(lock: 'SHARE' | 'UPDATE'): Promise<FleetLevel> {
    await this.manager.query('INSERT INTO fleet_configuration (id) VALUES (1) ON CONFLICT DO NOTHING');
    const [row] = await this.manager.query<[FleetLevel]>(
      `SELECT defaults, schemas, revision FROM fleet_configuration WHERE id = 1 FOR ${lock}`,
    );
    return row;
  }

  async organization(
    organizationId: string,
    lock: 'SHARE' | 'UPDATE',
  ): Promise<OrganizationLevel | undefined> {
    const [row] = await this.manager.query<(OrganizationLevel | undefined)[]>(
      `SELECT ${ORGANIZATION_COLUMNS} FROM organizations WHERE organization_id = $1 FOR ${lock}`,
      [organizationId],
    );
    return row;
  }

  async orchestrator(orchestratorId: string): Promise<OrchestratorLevel | undefined> {
    const [row] = await this.manager.query<OrchestratorRow[]>(
      `SELECT ${ORCHESTRATOR_COLUMNS} FROM orchestrator_instances WHERE orchestrator_id = $1 FOR UPDATE`,
      [orchestratorId],
    );
    return row && toLevel(row);
  }

  /** Orchestrators of an organization, `limit` at a time in the order of their ids. */
  async orchestratorsOf(organizationId: string, after: string, limit: number): Promise<OrchestratorLevel[]> {
    const rows = await this.manager.query<OrchestratorRow[]>(
      `SELECT ${ORCHESTRATOR_COLUMNS} FROM orchestrator_instances
       WHERE organization_id = $1 AND orchestrator_id > $2 ORDER BY orchestrator_id LIMIT $3`,
      [organizationId, after, limit],
    );
    return rows.map(toLevel);
  }

  async organizations(): Promise<OrganizationLevel[]> {
    return this.manager.query<OrganizationLevel[]>(
      `SELECT ${ORGANIZATION_COLUMNS} FROM organizations ORDER BY organization_id FOR UPDATE`,
    );
  }

  /** Creates an organization or describes it anew; true when it was created. */
  async putOrganization(organizationId: string, name: string, isIndependent: boolean): Promise<boolean> {
    const [row] = await this.manager.query<[{ created: boolean }]>(
      `INSERT INTO organizations (organization_id, name, is_independent) VALUES ($1, $2, $3)
       ON CONFLICT (organization_id) DO UPDATE SET name = $2, is_independent = $3,
         updated_at = CASE WHEN (organizations.name, organizations.is_independent) = ($2, $3)
           THEN organizations.updated_at ELSE now() END
       RETURNING xmax = 0 AS created`,
      [organizationId, name, isIndependent],
    );
    return row.created;
  }

  /** Which of these orchestrators there are, with their organizations. */
  async known(orchestratorIds: string[]): Promise<Map<string, string>> {
    const rows = await this.manager.query<{ orchestrator_id: string; organization_id: string }[]>(
      'SELECT orchestrator_id, organization_id FROM orchestrator_instances WHERE orchestrator_id = ANY($1)',
      [orchestratorIds],
    );
    return new Map(rows.map((row) => [row.orchestrator_id, row.organization_id]));
  }

  /** See {@link createOrchestrators}. */
  create(orchestrators: NewOrchestrator[], by: string): Promise<string[]> {
    return createOrchestrators(this.manager, orchestrators, by);
  }

  /** The `controller_config.json` document as it is in this transaction. */
  document(): Promise<ControllerConfigDocument> {
    return readDocumentOf(this.manager);
  }

  async saveFleet({ defaults, schemas, revision }: FleetLevel): Promise<void> {
    await this.manager.query(
      'UPDATE fleet_configuration SET defaults = $1, schemas = $2, revision = $3, updated_at = now() WHERE id = 1',
      [defaults, schemas, revision],
    );
  }

  async saveOrganization({ organizationId, settings, revision }: OrganizationLevel): Promise<void> {
    await this.manager.query(
      `UPDATE organizations SET settings = $2, settings_revision = $3, updated_at = now()
       WHERE organization_id = $1`,
      [organizationId, settings, revision],
    );
  }

  async saveOwn(orchestratorId: string, own: OwnConfig, revision: number): Promise<void> {
    await this.manager.query(
      `UPDATE orchestrator_instances SET features = $2, session_config = $3, privacy_mode = $4,
         monitoring_enabled = $5, phoenix_endpoint = $6, own_config_revision = $7, updated_at = now()
       WHERE orchestrator_id = $1`,
      [
        orchestratorId,
        own.features,
        own.session_config,
        own.privacy_mode,
        own.monitoring_enabled,
        own.phoenix_endpoint,
        revision,
      ],
    );
  }

  async addRevision(
    level: ChangeableLevel,
    levelId: string,
    revision: number,
    content: object,
    author: Author,
  ): Promise<void> {
    await this.manager.query(
      `INSERT INTO configuration_revisions (level, level_id, revision, content, comment, changed_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [level, levelId, revision, content, author.comment ?? null, author.by],
    );
  }

  /** Records new versions of any number of orchestrators in two statements. */
  async addVersions(
    versions: NewVersion[],
    level: ChangeableLevel,
    fleetRevision: number,
    author: Author,
  ): Promise<void> {
    if (versions.length === 0) return;
    const ids = versions.map((version) => version.orchestratorId);
    const numbers = versions.map((version) => version.configVersion);
    const hashes = versions.map((version) => version.configHash);
    await this.manager.query(
      `UPDATE orchestrator_instances AS o SET config_version = v.version, config_hash = v.hash,
         config_changed_at = now(), updated_at = now()
       FROM unnest($1::text[], $2::int[], $3::text[]) AS v(id, version, hash) WHERE o.orchestrator_id = v.id`,
      [ids, numbers, hashes],
    );
    await this.manager.query(
      `INSERT INTO orchestrator_config_versions (orchestrator_id, config_version, config_hash, organization_id,
         organization_revision, own_revision, fleet_revision, level, comment, changed_by)
       SELECT v.*, $7, $8, $9, $10
       FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::int[], $6::int[]) AS v`,
      [
        ids,
        numbers,
        hashes,
        versions.map((version) => version.organizationId),
        versions.map((version) => version.organizationRevision),
        versions.map((version) => version.ownRevision),
        fleetRevision,
        level,
        author.comment ?? null,
        author.by,
      ],
    );
  }
}

/** How often a change that was chosen to end a deadlock is tried again. */
const MAX_TRIES = 4;
const DEADLOCK_DETECTED = '40P01';

/** Runs changes of the configuration, each in a transaction. */
@Injectable()
export class ConfigurationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction. A batch of heartbeats may lock the same rows in another order: then again. */
  async transaction<T>(work: (tx: ConfigurationTransaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction((manager) => work(new ConfigurationTransaction(manager)));
      } catch (error) {
        const isDeadlock = (error as { code?: string }).code === DEADLOCK_DETECTED;
        if (!isDeadlock || attempt === MAX_TRIES) throw error;
      }
    }
  }

  /** The organization of an orchestrator; undefined when there is no such orchestrator. */
  async organizationOf(orchestratorId: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ organization_id: string }[]>(
      'SELECT organization_id FROM orchestrator_instances WHERE orchestrator_id = $1',
      [orchestratorId],
    );
    return row?.organization_id;
  }
}
