import type { EntityManager } from 'typeorm';
import type { ChangeableLevel } from './configuration-levels.js';

/** A revision of a level. */
export interface NewRevision {
  level: ChangeableLevel;
  levelId: string;
  revision: number;
  content: object;
  comment?: string | null | undefined;
}

/**
 * The statement that adds revisions, on its own or as a part of a larger one. The trigger function `record_configuration`
 * is the only other writer: it records what plain SQL changes.
 * @param rows `VALUES` or `SELECT` with level, level_id, revision, content, comment and changed_by
 */
export function insertRevisions(rows: string): string {
  return `INSERT INTO configuration_revisions (level, level_id, revision, content, comment, changed_by) ${rows}`;
}

/**
 * The number of a level's next revision. It is never used again, not even after the level was deleted.
 * @param level SQL expression
 * @param levelId SQL expression
 */
export function nextRevision(level: string, levelId: string): string {
  return `(SELECT 1 + coalesce(max(r.revision), 0) FROM configuration_revisions r
    WHERE r.level = ${level} AND r.level_id = ${levelId})`;
}

/**
 * The statement that adds versions, on its own or as a part of a larger one.
 * @param rows `VALUES` or `SELECT` with orchestrator_id, config_version, config_hash, organization_id, fleet_revision,
 *   organization_revision, own_revision, level, comment and changed_by
 */
export function insertVersions(rows: string): string {
  return `INSERT INTO orchestrator_config_versions (orchestrator_id, config_version, config_hash, organization_id,
    fleet_revision, organization_revision, own_revision, level, comment, changed_by) ${rows}`;
}

/** Adds one revision of a level. */
export async function addRevision(
  manager: EntityManager,
  { level, levelId, revision, content, comment = null }: NewRevision,
  actorName: string,
): Promise<void> {
  await manager.query(insertRevisions('VALUES ($1, $2, $3, $4, $5, $6)'), [
    level,
    levelId,
    revision,
    content,
    comment,
    actorName,
  ]);
}
