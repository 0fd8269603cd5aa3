import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

/** The numbers with which the histories of this row's id continue. */
const nextVersion = (row: string): string =>
  `1 + coalesce((SELECT max(config_version) FROM orchestrator_config_versions
        WHERE orchestrator_id = ${row}.orchestrator_id), 0)`;
const nextRevision = (row: string): string =>
  `1 + coalesce((SELECT max(revision) FROM configuration_revisions
        WHERE level = 'orchestrator' AND level_id = ${row}.orchestrator_id), 0)`;

const UP = [
  // Histories are append-only, and an id may be reused after a deletion, in another organization. The row's initial
  // numbers separate its own history from the previous owner's.
  `ALTER TABLE orchestrator_instances
    ADD first_config_version integer NOT NULL DEFAULT 1,
    ADD first_own_revision integer NOT NULL DEFAULT 1`,
  `UPDATE orchestrator_instances o SET
      first_config_version = coalesce((SELECT min(config_version) FROM orchestrator_config_versions v
        WHERE v.orchestrator_id = o.orchestrator_id AND v.changed_at >= o.created_at), ${nextVersion('o')}),
      first_own_revision = coalesce((SELECT min(revision) FROM configuration_revisions r
        WHERE r.level = 'orchestrator' AND r.level_id = o.orchestrator_id AND r.changed_at >= o.created_at),
        ${nextRevision('o')})
    WHERE EXISTS (SELECT 1 FROM orchestrator_config_versions v
      WHERE v.orchestrator_id = o.orchestrator_id AND v.changed_at < o.created_at)
    OR EXISTS (SELECT 1 FROM configuration_revisions r WHERE r.level = 'orchestrator'
      AND r.level_id = o.orchestrator_id AND r.changed_at < o.created_at)`,
  databaseFunction('begin_life', '441a3e77acd7e58c'),
  `CREATE TRIGGER orchestrator_instances_begin_life BEFORE INSERT ON orchestrator_instances
    FOR EACH ROW EXECUTE FUNCTION begin_life()`,
  'ALTER TABLE independence_grants ADD instance_id integer',
  `UPDATE independence_grants g SET instance_id = o.id FROM orchestrator_instances o
    WHERE o.orchestrator_id = g.orchestrator_id AND g.started_at >= o.created_at`,
  'CREATE INDEX independence_grants_instance_id_idx ON independence_grants (instance_id, id)',
  databaseFunction('complete_grant', 'f3c94f3fedf981bc'),
  `CREATE TRIGGER independence_grants_complete BEFORE INSERT ON independence_grants
    FOR EACH ROW WHEN (NEW.instance_id IS NULL) EXECUTE FUNCTION complete_grant()`,
  databaseFunction('end_life', 'b7b4d26b45db5b44'),
  `CREATE TRIGGER orchestrator_instances_end_life AFTER DELETE ON orchestrator_instances
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION end_life()`,
  // The table may have 50 million rows and is locked in the meantime: this steps through the ids by an index, and reads
  // only the messages of deleted or reused ids.
  `WITH RECURSIVE ids AS (
      (SELECT orchestrator_id FROM orchestrator_messages ORDER BY orchestrator_id LIMIT 1)
      UNION ALL
      SELECT (SELECT m.orchestrator_id FROM orchestrator_messages m
        WHERE m.orchestrator_id > ids.orchestrator_id ORDER BY m.orchestrator_id LIMIT 1)
      FROM ids WHERE ids.orchestrator_id IS NOT NULL
    ), used_before AS (
      SELECT orchestrator_id, o.created_at FROM ids LEFT JOIN orchestrator_instances o USING (orchestrator_id)
      WHERE o.created_at IS NULL OR o.created_at > (SELECT m.created_at FROM orchestrator_messages m
        WHERE m.orchestrator_id = ids.orchestrator_id ORDER BY m.id LIMIT 1)
    )
    UPDATE orchestrator_messages m SET client_message_id = NULL FROM used_before u
    WHERE m.orchestrator_id = u.orchestrator_id AND m.client_message_id IS NOT NULL
      AND (u.created_at IS NULL OR m.created_at < u.created_at)`,
];

const DOWN = [
  'DROP TRIGGER orchestrator_instances_end_life ON orchestrator_instances',
  'DROP FUNCTION end_life()',
  'DROP TRIGGER independence_grants_complete ON independence_grants',
  'DROP FUNCTION complete_grant()',
  'ALTER TABLE independence_grants DROP instance_id',
  'DROP TRIGGER orchestrator_instances_begin_life ON orchestrator_instances',
  'DROP FUNCTION begin_life()',
  'ALTER TABLE orchestrator_instances DROP first_own_revision, DROP first_config_version',
];

/** An orchestrator with a reused id starts without the history of the previous one. */
export class LivesOfIds1766020000000 implements MigrationInterface {
  readonly name = 'LivesOfIds1766020000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
