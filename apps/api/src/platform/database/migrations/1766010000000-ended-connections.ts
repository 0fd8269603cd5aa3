import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  // Also reaches an orchestrator that registers while it is deleted or its organization deactivated.
  databaseFunction('announce_deactivation', '5729509c17fd199f'),
  `CREATE TRIGGER organizations_announce_deactivation AFTER UPDATE OF is_active ON organizations
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION announce_deactivation()`,
  `CREATE TRIGGER orchestrator_instances_announce_end AFTER DELETE ON orchestrator_instances
    FOR EACH ROW EXECUTE FUNCTION announce_credential()`,
];

const DOWN = [
  'DROP TRIGGER orchestrator_instances_announce_end ON orchestrator_instances',
  'DROP TRIGGER organizations_announce_deactivation ON organizations',
  'DROP FUNCTION announce_deactivation()',
];

/** Announces the loss of the right to connect to registrations in progress, whatever caused it. */
export class EndedConnections1766010000000 implements MigrationInterface {
  readonly name = 'EndedConnections1766010000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
