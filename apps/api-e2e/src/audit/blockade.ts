import type { TestDatabase } from '@moolai/testing';

/** All tables with rows that routes change. */
const CHANGED = [
  'organizations',
  'orchestrator_instances',
  'orchestrator_messages',
  'fleet_configuration',
  'users',
  'sessions',
  'api_tokens',
];

/** Makes either a change or its record fail, to prove that neither is kept. */
export class Blockade {
  private constructor(private readonly database: TestDatabase) {}

  static async of(database: TestDatabase): Promise<Blockade> {
    await database.query(
      `CREATE FUNCTION blocked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'blocked'; END $$`,
    );
    return new Blockade(database);
  }

  /** Prevents writing records. */
  async ofRecords(work: () => Promise<void>): Promise<void> {
    await this.database.query(
      'CREATE TRIGGER blocked BEFORE INSERT ON audit_pending FOR EACH ROW EXECUTE FUNCTION blocked()',
    );
    await work();
    await this.database.query('DROP TRIGGER blocked ON audit_pending');
  }

  /** Prevents the commit of a change after all its statements succeeded. */
  async ofChanges(work: () => Promise<void>): Promise<void> {
    const create = CHANGED.map(
      (table) => `CREATE CONSTRAINT TRIGGER blocked AFTER INSERT OR UPDATE OR DELETE ON ${table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION blocked()`,
    );
    await this.database.query(create.join(';'));
    await work();
    await this.database.query(CHANGED.map((table) => `DROP TRIGGER blocked ON ${table}`).join(';'));
  }
}
