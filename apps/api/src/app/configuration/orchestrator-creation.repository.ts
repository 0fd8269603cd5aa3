import type { EntityManager } from 'typeorm';
import { insertRevisions, insertVersions, nextRevision } from './config-revisions.repository.js';
import type { NewOrchestrator } from './new-orchestrator.js';

/**
 * Creates orchestrators with the first revision of their own level and the first version of their configuration.
 * Existing ones stay as they are. After a deletion the numbers continue, so that a version is never used twice.
 *
 * @returns the ids of those created
 */
export async function createOrchestrators(
  manager: EntityManager,
  orchestrators: NewOrchestrator[],
  actorName: string,
): Promise<string[]> {
  if (orchestrators.length === 0) return [];
  // NOT IN for known ids: for NOT EXISTS the planner expects a single row, and uses nested loops.
  const rows = await manager.query<{ orchestrator_id: string }[]>(
    `WITH input AS (
       SELECT *,
         ${nextRevision("'orchestrator'", 'v.orchestrator_id')} AS own_revision,
         1 + coalesce((SELECT max(c.config_version) FROM orchestrator_config_versions c
           WHERE c.orchestrator_id = v.orchestrator_id), 0) AS config_version
       FROM jsonb_to_recordset($1::jsonb) AS v(orchestrator_id text, name text, organization_id text,
         organization_name text, own jsonb, config_hash text, fleet_revision int, organization_revision int,
         is_independent boolean, independence_source text, switched_by text)
       WHERE v.orchestrator_id NOT IN
         (SELECT i.orchestrator_id FROM orchestrator_instances i WHERE i.orchestrator_id = ANY($3))
     ), created AS (
       INSERT INTO orchestrator_instances
         (orchestrator_id, name, organization_id, organization_name, features, session_config, privacy_mode,
          monitoring_enabled, phoenix_endpoint, is_independent, independence_source, independence_updated_at,
          independence_updated_by, independence_reason, independence_expires_at,
          own_config_revision, config_version, config_hash)
       SELECT i.orchestrator_id, i.name, organization_id, i.organization_name, i.own -> 'features',
         i.own -> 'session_config', (i.own ->> 'privacy_mode')::boolean, (i.own ->> 'monitoring_enabled')::boolean,
         i.own ->> 'phoenix_endpoint', i.is_independent, i.independence_source,
         CASE WHEN i.switched_by IS NOT NULL THEN now() END, i.switched_by,
         CASE WHEN i.independence_source = 'organization' THEN g.independence_reason END,
         CASE WHEN i.independence_source = 'organization' THEN g.independence_expires_at END,
         i.own_revision, i.config_version, i.config_hash
       FROM input i JOIN organizations g USING (organization_id) ORDER BY i.orchestrator_id
       ON CONFLICT (orchestrator_id) DO NOTHING RETURNING orchestrator_id
     ), revised AS (
       ${insertRevisions(`SELECT 'orchestrator', orchestrator_id, own_revision, own, NULL, $2
         FROM created JOIN input USING (orchestrator_id)`)}
     ), versioned AS (
       ${insertVersions(`SELECT orchestrator_id, config_version, config_hash, organization_id, fleet_revision,
         organization_revision, own_revision, 'orchestrator', NULL, $2
         FROM created JOIN input USING (orchestrator_id)`)}
     )
     SELECT orchestrator_id FROM created`,
    [JSON.stringify(orchestrators.map(toRecord)), actorName, orchestrators.map((one) => one.orchestratorId)],
  );
  return rows.map((row) => row.orchestrator_id);
}

/**
 * Those of these ids that the database knows, including deleted ones. Their entries in the files are outdated, because
 * files only count for a lost database.
 */
export async function findUsedIds(
  manager: Pick<EntityManager, 'query'>,
  orchestratorIds: string[],
): Promise<Set<string>> {
  if (orchestratorIds.length === 0) return new Set();
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM unnest($1::text[]) AS id
     WHERE EXISTS (SELECT 1 FROM orchestrator_config_versions v WHERE v.orchestrator_id = id)`,
    [orchestratorIds],
  );
  return new Set(rows.map(({ id }) => id));
}

function toRecord(one: NewOrchestrator): object {
  return {
    orchestrator_id: one.orchestratorId,
    name: one.name,
    organization_id: one.organizationId,
    organization_name: one.organizationName,
    own: one.own,
    config_hash: one.configHash,
    fleet_revision: one.fleetRevision,
    organization_revision: one.organizationRevision,
    is_independent: one.isIndependent,
    independence_source: one.independenceSource,
    switched_by: one.switchedBy,
  };
}
