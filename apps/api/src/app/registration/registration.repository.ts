import { Injectable } from '@nestjs/common';
import {
  DEFAULT_ORGANIZATION_ID,
  type JsonObject,
  type OwnConfig,
  type RegisterMessage,
} from '@moolai/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import {
  configStatusSql,
  createOrchestrators,
  findUsedIds,
  type ConfigSchemas,
  type NewOrchestrator,
} from '../configuration/index.js';
import { newerTime } from '../../platform/database/newer-time.js';
import type { KnownOrchestrator, StoredCredential } from '../credentials/index.js';

/** The organization of a registration, with its part of the configuration. */
export interface RegistrationOrganization {
  organization_id: string;
  name: string;
  is_active: boolean;
  is_independent: boolean;
  settings: JsonObject;
  settings_revision: number;
}

/** A known orchestrator: its organization and credential. */
export interface RegisteredBefore {
  organization: RegistrationOrganization;
  identity: KnownOrchestrator;
}

interface KnownRow extends RegistrationOrganization {
  orchestrator_id: string;
  is_quarantined: boolean;
  current_hash: Buffer | null;
  next_hash: Buffer | null;
  is_confirmed: boolean;
  is_rotation_requested: boolean;
  revoked_at: Date | null;
  enrolment_token_id: number | null;
}

/** The fleet's level of the configuration. */
export interface RegistrationFleet {
  defaults: JsonObject;
  schemas: ConfigSchemas;
  revision: number;
}

/** The row after a registration. */
export interface RegisteredRow extends OwnConfig {
  id: number;
  orchestrator_id: string;
  organization_id: string;
  is_independent: boolean;
  independence_version: number;
  last_seen: Date | null;
  config_version: number;
  config_hash: string | null;
  /** Of two registrations of one orchestrator, the one with the higher epoch is newer. */
  owner_epoch: number;
  /** The start of the instance with its previous registration; 0 for none. */
  previous_start: number;
}

const ORGANIZATION_COLUMNS =
  'g.organization_id, g.name, g.is_active, g.is_independent, g.settings, g.settings_revision';

/** JSON for PostgreSQL; null stays null, so that `coalesce` keeps the old value. */
function json(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function toIdentity(row: KnownRow): KnownOrchestrator {
  const credential: StoredCredential | null = row.current_hash && {
    currentHash: row.current_hash,
    nextHash: row.next_hash,
    isConfirmed: row.is_confirmed,
    isRotationRequested: row.is_rotation_requested,
    revokedAt: row.revoked_at,
    enrolmentTokenId: row.enrolment_token_id,
  };
  return { organizationId: row.organization_id, isQuarantined: row.is_quarantined, credential };
}

/** SQL of registrations, each for any number of them. Concurrent ones result in one row. */
@Injectable()
export class RegistrationRepository {
  constructor(private readonly dataSource: DataSource) {}

  async fleet(): Promise<RegistrationFleet> {
    const [row] = await this.dataSource.query<RegistrationFleet[]>(
      'SELECT defaults, schemas, revision FROM fleet_configuration WHERE id = 1',
    );
    return row ?? { defaults: {}, schemas: {}, revision: 0 };
  }

  /** Those of these orchestrators that are known. */
  async existing(orchestratorIds: string[]): Promise<Map<string, RegisteredBefore>> {
    const rows = await this.dataSource.query<KnownRow[]>(
      `SELECT o.orchestrator_id, ${ORGANIZATION_COLUMNS}, o.quarantined_at IS NOT NULL AS is_quarantined,
         c.current_hash, c.next_hash, c.confirmed_at IS NOT NULL AS is_confirmed, c.revoked_at,
         c.rotation_requested_at IS NOT NULL AS is_rotation_requested, c.enrolment_token_id
       FROM orchestrator_instances o JOIN organizations g USING (organization_id)
       LEFT JOIN orchestrator_credentials c USING (orchestrator_id)
       WHERE o.orchestrator_id = ANY($1)`,
      [orchestratorIds],
    );
    return new Map(
      rows.map((row) => [row.orchestrator_id, { organization: row, identity: toIdentity(row) }]),
    );
  }

  /** Creates missing organizations, and returns their ids. */
  async ensureOrganizations(organizationIds: string[]): Promise<string[]> {
    const created = await this.dataSource.query<{ organization_id: string }[]>(
      `INSERT INTO organizations (organization_id, name)
       SELECT id, CASE WHEN id = $2 THEN 'Default organization' ELSE id END FROM unnest($1::text[]) AS id
       ORDER BY 1 ON CONFLICT DO NOTHING RETURNING organization_id`,
      [organizationIds, DEFAULT_ORGANIZATION_ID],
    );
    return created.map((row) => row.organization_id);
  }

  /** The organizations with these ids. */
  async organizations(organizationIds: string[]): Promise<Map<string, RegistrationOrganization>> {
    const rows = await this.dataSource.query<RegistrationOrganization[]>(
      `SELECT ${ORGANIZATION_COLUMNS} FROM organizations g WHERE g.organization_id = ANY($1)`,
      [organizationIds],
    );
    return new Map(rows.map((row) => [row.organization_id, row]));
  }

  /** See {@link findUsedIds}. */
  findUsedIds(orchestratorIds: string[]): Promise<Set<string>> {
    return findUsedIds(this.dataSource.manager, orchestratorIds);
  }

  /** See {@link createOrchestrators}. */
  create(
    orchestrators: NewOrchestrator[],
    actorName: string,
    transaction?: EntityManager,
  ): Promise<string[]> {
    return createOrchestrators(transaction ?? this.dataSource.manager, orchestrators, actorName);
  }

  /**
   * Stores what orchestrators report about themselves; `last_seen` moves unless frozen by independence. An orchestrator
   * that runs the current configuration has applied it; a new orchestrator's version number belongs to another
   * controller. Locks rows in the order of ids, like all batches, to avoid deadlocks.
   */
  async record(
    registrations: { message: RegisterMessage; organization: RegistrationOrganization; isNew: boolean }[],
    at: Date,
    startId: number,
  ): Promise<Map<string, RegisteredRow>> {
    const messages = registrations.map(({ message }) => message);
    const organizations = registrations.map(({ organization }) => organization);
    const [rows] = await this.dataSource.query<[RegisteredRow[], number]>(
      `UPDATE orchestrator_instances AS o SET
         name = coalesce(v.name, o.name), version = coalesce(v.version, o.version),
         labels = coalesce(v.labels, o.labels), capabilities = coalesce(v.capabilities, o.capabilities),
         metadata = coalesce(v.metadata, o.metadata),
         reported_config_version = coalesce(v.config_version, o.reported_config_version),
         config_ack_version = CASE WHEN v.has_applied THEN o.config_version ELSE o.config_ack_version END,
         config_ack_status = CASE WHEN v.has_applied THEN 'applied' ELSE o.config_ack_status END,
         config_ack_detail = CASE WHEN v.has_applied THEN NULL ELSE o.config_ack_detail END,
         config_ack_at = CASE WHEN v.has_applied THEN $1 ELSE o.config_ack_at END,
         organization_name = v.organization_name,
         last_seen = CASE WHEN o.is_independent THEN o.last_seen ELSE ${newerTime('o.last_seen', '$1', '$1')} END,
         status = CASE WHEN o.is_independent THEN 'independent' ELSE 'active' END,
         heard_in_start = $13, owner_epoch = o.owner_epoch + 1, connection_lost_at = NULL,
         updated_at = $1
       FROM (
         SELECT i.id AS row_id, i.heard_in_start AS previous_start, v.*, NOT v.is_new AND v.config_version = i.config_version
             AND coalesce(v.config_hash, i.config_hash) = i.config_hash
             AND ${configStatusSql('i')} <> 'applied'
             AS has_applied
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::int[],
           $10::text[], $11::text[], $12::boolean[]) AS v(orchestrator_id, organization_id, name, version, labels,
           capabilities, metadata, config_version, config_hash, organization_name, is_new)
         JOIN orchestrator_instances i USING (orchestrator_id, organization_id)
         ORDER BY v.orchestrator_id FOR UPDATE OF i
       ) AS v
       WHERE o.id = v.row_id
       RETURNING o.id, o.orchestrator_id, o.organization_id, o.is_independent, o.independence_version, o.last_seen,
         o.config_version, o.config_hash, o.owner_epoch::float8 AS owner_epoch,
         v.previous_start::float8 AS previous_start, o.features, o.session_config, o.privacy_mode, o.monitoring_enabled,
         o.phoenix_endpoint`,
      [
        at,
        messages.map((message) => message.orchestrator_id),
        organizations.map((organization) => organization.organization_id),
        messages.map((message) => message.name ?? null),
        messages.map((message) => message.version ?? null),
        messages.map((message) => json(message.labels)),
        messages.map((message) => json(message.capabilities)),
        messages.map((message) => json(message.metadata)),
        messages.map((message) => message.config_version ?? null),
        messages.map((message) => message.config_hash ?? null),
        organizations.map((organization) => organization.name),
        registrations.map(({ isNew }) => isNew),
        startId,
      ],
    );
    return new Map(rows.map((row) => [row.orchestrator_id, row]));
  }
}
