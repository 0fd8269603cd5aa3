import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import type { ChangeableLevel } from '../configuration/index.js';
import type { LevelRevision } from './config-explanation.js';

/** Number of revisions to read at a time. */
const WALK_PAGE = 50;

/** A version with the revisions that make it up. */
export interface StoredVersion {
  configVersion: number;
  configHash: string;
  organizationId: string;
  fleetRevision: number;
  organizationRevision: number;
  ownRevision: number;
  level: ChangeableLevel;
  comment: string | null;
  changedBy: string;
  changedAt: string;
}

/** A revision of a level. */
export interface RevisionKey {
  level: ChangeableLevel;
  levelId: string;
  revision: number;
}

interface VersionRow {
  config_version: number;
  config_hash: string;
  organization_id: string;
  fleet_revision: number;
  organization_revision: number;
  own_revision: number;
  level: ChangeableLevel;
  comment: string | null;
  changed_by: string;
  changed_at: Date;
}

function toVersion(row: VersionRow): StoredVersion {
  return {
    configVersion: row.config_version,
    configHash: row.config_hash,
    organizationId: row.organization_id,
    fleetRevision: row.fleet_revision,
    organizationRevision: row.organization_revision,
    ownRevision: row.own_revision,
    level: row.level,
    comment: row.comment,
    changedBy: row.changed_by,
    changedAt: row.changed_at.toISOString(),
  };
}

/** Versions of the current orchestrator with this id: those of a deleted one may belong to another tenant. */
const VERSIONS = `orchestrator_config_versions v JOIN orchestrator_instances o
  ON o.orchestrator_id = v.orchestrator_id AND v.config_version >= o.first_config_version`;

/** The same for revisions of a level: $1 is the level, $2 its id. */
const REVISIONS = `level = $1 AND level_id = $2 AND revision >= CASE WHEN $1 = 'orchestrator'
  THEN (SELECT first_own_revision FROM orchestrator_instances WHERE orchestrator_id = $2) ELSE 0 END`;

/** SQL for reading the configuration history. */
@Injectable()
export class ConfigHistoryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One page of an orchestrator's versions, newest first, plus the preceding version. */
  async versions(
    orchestratorId: string,
    offset: number,
    limit: number,
  ): Promise<{ versions: StoredVersion[]; total: number }> {
    const rows = await this.dataSource.query<VersionRow[]>(
      `SELECT v.* FROM ${VERSIONS} WHERE v.orchestrator_id = $1
       ORDER BY v.config_version DESC OFFSET $2 LIMIT $3`,
      [orchestratorId, offset, limit + 1],
    );
    const [count] = await this.dataSource.query<[{ total: number }]>(
      `SELECT count(*) AS total FROM ${VERSIONS} WHERE v.orchestrator_id = $1`,
      [orchestratorId],
    );
    return { versions: rows.map(toVersion), total: count.total };
  }

  async version(orchestratorId: string, configVersion: number): Promise<StoredVersion | undefined> {
    const [row] = await this.dataSource.query<VersionRow[]>(
      `SELECT v.* FROM ${VERSIONS} WHERE v.orchestrator_id = $1 AND v.config_version = $2`,
      [orchestratorId, configVersion],
    );
    return row && toVersion(row);
  }

  /** The contents of revisions, in the order of the keys; undefined if one does not exist. */
  async contents(keys: RevisionKey[]): Promise<(JsonObject | undefined)[]> {
    const text = ({ level, levelId, revision }: RevisionKey): string => `${level} ${levelId} ${revision}`;
    const distinct = [...new Map(keys.map((key) => [text(key), key])).values()];
    const rows = await this.dataSource.query<
      { level: ChangeableLevel; level_id: string; revision: number; content: JsonObject }[]
    >(
      `SELECT level, level_id, revision, content
       FROM unnest($1::text[], $2::text[], $3::int[]) AS k(level, level_id, revision)
       JOIN configuration_revisions USING (level, level_id, revision)`,
      [
        distinct.map((key) => key.level),
        distinct.map((key) => key.levelId),
        distinct.map((key) => key.revision),
      ],
    );
    const found = new Map(
      rows.map(({ level, level_id: levelId, revision, content }) => [
        text({ level, levelId, revision }),
        content,
      ]),
    );
    return keys.map((key) => found.get(text(key)));
  }

  /** One page of a level's revisions, newest first. */
  async revisions(
    level: ChangeableLevel,
    levelId: string,
    offset: number,
    limit: number,
  ): Promise<(LevelRevision & { comment: string | null })[]> {
    const rows = await this.dataSource.query<
      {
        revision: number;
        content: JsonObject;
        comment: string | null;
        changed_by: string;
        changed_at: Date;
      }[]
    >(
      `SELECT revision, content, comment, changed_by, changed_at FROM configuration_revisions
       WHERE ${REVISIONS} ORDER BY revision DESC OFFSET $3 LIMIT $4`,
      [level, levelId, offset, limit],
    );
    return rows.map(({ revision, content, comment, changed_by, changed_at }) => ({
      revision,
      content,
      comment,
      changedBy: changed_by,
      changedAt: changed_at.toISOString(),
    }));
  }

  /** All revisions of a level, newest first, read as the caller proceeds. */
  async *walk(level: ChangeableLevel, levelId: string): AsyncGenerator<LevelRevision> {
    for (let offset = 0; ; offset += WALK_PAGE) {
      const page = await this.revisions(level, levelId, offset, WALK_PAGE);
      yield* page;
      if (page.length < WALK_PAGE) return;
    }
  }

  async countRevisions(level: ChangeableLevel, levelId: string): Promise<number> {
    const [row] = await this.dataSource.query<[{ total: number }]>(
      `SELECT count(*) AS total FROM configuration_revisions WHERE ${REVISIONS}`,
      [level, levelId],
    );
    return row.total;
  }
}
