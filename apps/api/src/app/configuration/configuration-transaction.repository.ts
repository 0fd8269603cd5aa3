import type { OwnConfig } from '@moolai/contracts';
import type { EntityManager } from 'typeorm';
import {
  addRevision,
  insertRevisions,
  insertVersions,
  type NewRevision,
} from './config-revisions.repository.js';
import type {
  Attribution,
  FleetLevel,
  LockedLevels,
  NewVersion,
  OrchestratorLevel,
  OrganizationLevel,
} from './configuration-levels.js';
import type { NewOrchestrator } from './new-orchestrator.js';
import { createOrchestrators } from './orchestrator-creation.repository.js';

interface OrchestratorRow extends OwnConfig {
  orchestrator_id: string;
  organization_id: string;
  own_config_revision: number;
  config_version: number;
  config_hash: string | null;
}

const ORCHESTRATOR_COLUMNS = `orchestrator_id, organization_id, features, session_config, privacy_mode,
  monitoring_enabled, phoenix_endpoint, own_config_revision, config_version, config_hash`;

const FLEET = 'SELECT defaults, schemas, revision FROM fleet_configuration WHERE id = 1';

const ORGANIZATIONS = `SELECT organization_id AS "organizationId", name, is_independent AS "isIndependent", settings,
  settings_revision AS revision FROM organizations`;

/** `SHARE` allows concurrent changes of lower levels; neither blocks registrations. */
type Lock = 'SHARE' | 'NO KEY UPDATE';

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
 * SQL of one configuration change. Locks levels from the fleet down, and rows of one level in the order of ids, to
 * avoid deadlocks.
 */
export class ConfigurationTransaction {
  constructor(readonly manager: EntityManager) {}

  async fleet(lock: Lock): Promise<FleetLevel> {
    const [row] = await this.manager.query<FleetLevel[]>(`${FLEET} FOR ${lock}`);
    if (row) return row;
    // Only if plain SQL deleted it: all other changes wait until this is committed.
    await this.manager.query('INSERT INTO fleet_configuration (id) VALUES (1) ON CONFLICT DO NOTHING');
    return this.fleet(lock);
  }

  /** Locks and returns these organizations. */
  organizations(organizationIds: string[], lock: Lock): Promise<OrganizationLevel[]> {
    return this.manager.query<OrganizationLevel[]>(
      `${ORGANIZATIONS} WHERE organization_id = ANY($1) ORDER BY organization_id FOR ${lock}`,
      [organizationIds],
    );
  }

  /** All of them. They need no lock of their own, because the fleet's lock is exclusive. */
  allOrganizations(): Promise<OrganizationLevel[]> {
    return this.manager.query<OrganizationLevel[]>(`${ORGANIZATIONS} ORDER BY organization_id`);
  }

  /**
   * Locks orchestrators with their upper levels in one statement. Each part waits until the one above it is locked, and
   * reads its current state.
   */
  async lock(orchestratorIds: string[]): Promise<LockedLevels> {
    const [row] = await this.manager.query<
      [{ fleet: FleetLevel | null; organizations: OrganizationLevel[]; orchestrators: OrchestratorRow[] }]
    >(
      `WITH fleet AS MATERIALIZED (
         ${FLEET} FOR SHARE
       ), organizations AS MATERIALIZED (
         ${ORGANIZATIONS} WHERE (SELECT count(*) FROM fleet) IS NOT NULL AND organization_id IN
           (SELECT organization_id FROM orchestrator_instances WHERE orchestrator_id = ANY($1))
         ORDER BY organization_id FOR SHARE
       ), orchestrators AS MATERIALIZED (
         SELECT ${ORCHESTRATOR_COLUMNS} FROM orchestrator_instances
         WHERE (SELECT count(*) FROM organizations) IS NOT NULL AND orchestrator_id = ANY($1)
         ORDER BY orchestrator_id FOR NO KEY UPDATE
       )
       SELECT (SELECT to_json(f) FROM fleet f) AS fleet,
         (SELECT coalesce(json_agg(g), '[]') FROM organizations g) AS organizations,
         (SELECT coalesce(json_agg(o), '[]') FROM orchestrators o) AS orchestrators`,
      [orchestratorIds],
    );
    const { fleet, organizations, orchestrators } = row;
    return {
      fleet: fleet ?? (await this.fleet('SHARE')),
      organizations,
      orchestrators: orchestrators.map(toLevel),
    };
  }

  /** Orchestrators of organizations, `limit` at a time in the order of ids. */
  async orchestratorsOf(
    organizationIds: string[],
    after: string,
    limit: number,
  ): Promise<OrchestratorLevel[]> {
    const rows = await this.manager.query<OrchestratorRow[]>(
      `SELECT ${ORCHESTRATOR_COLUMNS} FROM orchestrator_instances
       WHERE organization_id = ANY($1) AND orchestrator_id > $2 ORDER BY orchestrator_id LIMIT $3`,
      [organizationIds, after, limit],
    );
    return rows.map(toLevel);
  }

  /** See {@link createOrchestrators}. */
  create(orchestrators: NewOrchestrator[], actorName: string): Promise<string[]> {
    return createOrchestrators(this.manager, orchestrators, actorName);
  }

  async saveFleet({ defaults, schemas, revision }: FleetLevel): Promise<void> {
    await this.manager.query(
      'UPDATE fleet_configuration SET defaults = $1, schemas = $2, revision = $3, updated_at = now() WHERE id = 1',
      [defaults, schemas, revision],
    );
  }

  async saveSettings({ organizationId, settings, revision }: OrganizationLevel): Promise<void> {
    await this.manager.query(
      `UPDATE organizations SET settings = $2, settings_revision = $3, updated_at = now()
       WHERE organization_id = $1`,
      [organizationId, settings, revision],
    );
  }

  /** Replaces an orchestrator's own level: its revision, the resulting version, and its row, in one statement. */
  async saveOwn(own: OwnConfig, version: NewVersion, attribution: Attribution): Promise<void> {
    const { features, session_config, privacy_mode, monitoring_enabled, phoenix_endpoint } = own;
    await this.manager.query(
      `WITH revised AS (
         ${insertRevisions("VALUES ('orchestrator', $1, $2, $3, $4, $5)")}
       ), versioned AS (
         ${insertVersions("VALUES ($1, $6, $7, $8, $9, $10, $2, 'orchestrator', $4, $5)")}
       )
       UPDATE orchestrator_instances SET features = $11, session_config = $12, privacy_mode = $13,
         monitoring_enabled = $14, phoenix_endpoint = $15, own_config_revision = $2, config_version = $6,
         config_hash = $7, config_changed_at = now(), updated_at = now()
       WHERE orchestrator_id = $1`,
      [
        version.orchestratorId,
        version.ownRevision,
        own,
        attribution.comment ?? null,
        attribution.actor.name,
        version.configVersion,
        version.configHash,
        version.organizationId,
        version.fleetRevision,
        version.organizationRevision,
        features,
        session_config,
        privacy_mode,
        monitoring_enabled,
        phoenix_endpoint,
      ],
    );
  }

  /** Adds a revision of a level; its number is in the level's row. */
  addRevision(revision: Omit<NewRevision, 'comment'>, { actor, comment }: Attribution): Promise<void> {
    return addRevision(this.manager, { ...revision, comment }, actor.name);
  }

  /**
   * Records new versions of any number of orchestrators in two statements. A version is attributed to the newest of its
   * revisions, whichever change created it.
   */
  async addVersions(versions: NewVersion[]): Promise<void> {
    if (versions.length === 0) return;
    const rows = JSON.stringify(
      versions.map((version) => ({
        orchestrator_id: version.orchestratorId,
        config_version: version.configVersion,
        config_hash: version.configHash,
        organization_id: version.organizationId,
        fleet_revision: version.fleetRevision,
        organization_revision: version.organizationRevision,
        own_revision: version.ownRevision,
      })),
    );
    await this.manager.query(
      `UPDATE orchestrator_instances AS o SET config_version = v.config_version, config_hash = v.config_hash,
         config_changed_at = now(), updated_at = now()
       FROM (
         SELECT i.id AS row_id, v.*
         FROM jsonb_to_recordset($1::jsonb) AS v(orchestrator_id text, config_version int, config_hash text)
         JOIN orchestrator_instances i USING (orchestrator_id)
         ORDER BY v.orchestrator_id FOR NO KEY UPDATE OF i
       ) AS v
       WHERE o.id = v.row_id`,
      [rows],
    );
    await this.manager.query(
      insertVersions(`SELECT v.*, r.level, r.comment, r.changed_by
       FROM jsonb_to_recordset($1::jsonb) AS v(orchestrator_id text, config_version int, config_hash text,
         organization_id text, fleet_revision int, organization_revision int, own_revision int)
       CROSS JOIN LATERAL (
         SELECT * FROM configuration_revisions
         WHERE (level, level_id, revision) IN (('orchestrator', v.orchestrator_id, v.own_revision),
           ('organization', v.organization_id, v.organization_revision), ('fleet', 'fleet', v.fleet_revision))
         ORDER BY id DESC LIMIT 1
       ) AS r`),
      [rows],
    );
  }
}
