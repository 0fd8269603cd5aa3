import type { MigrationInterface, QueryRunner } from 'typeorm';

const replace = (column: string, columns: string): string[] => [
  `DROP INDEX orchestrator_instances_${column}_idx`,
  `CREATE INDEX orchestrator_instances_${column}_idx ON orchestrator_instances (${columns})`,
];

/** Finds a late page of a large fleet by index only, in either direction. */
export class OrchestratorSortIndexes1765300000000 implements MigrationInterface {
  readonly name = 'OrchestratorSortIndexes1765300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of ['name', 'created_at']) {
      for (const statement of replace(column, `${column}, orchestrator_id`))
        await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const column of ['name', 'created_at']) {
      for (const statement of replace(column, column)) await queryRunner.query(statement);
    }
  }
}
