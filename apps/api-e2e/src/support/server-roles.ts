import { randomBytes } from 'node:crypto';
import { TestDatabase, type TestServer } from '@moolai/testing';

/** A role without superuser rights on the tests' server, and a database that it owns. */
export class ServerRole {
  private constructor(
    private readonly admin: TestDatabase,
    readonly connection: TestServer,
  ) {}

  static async create(attributes = ''): Promise<ServerRole> {
    const admin = await TestDatabase.create({ empty: true });
    const name = `role_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'the first one' ${attributes}`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
    const connection = { ...admin.connection, user: name, database: name, password: 'the first one' };
    return new ServerRole(admin, connection);
  }

  /** A superuser's connection to the role's database. */
  get superuser(): TestServer {
    return { ...this.admin.connection, database: this.name };
  }

  get name(): string {
    return this.connection.user;
  }

  /** Runs a statement as a superuser in another database. */
  administer<T extends object>(statement: string): Promise<T[]> {
    return this.admin.query(statement);
  }

  async setPassword(password: string): Promise<void> {
    await this.administer(`ALTER ROLE ${this.name} PASSWORD '${password}'`);
  }

  /** The application names of its sessions. */
  async sessions(): Promise<string[]> {
    const rows = await this.administer<{ name: string }>(
      `SELECT application_name AS name FROM pg_stat_activity WHERE usename = '${this.name}' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  async endSessions(): Promise<void> {
    await this.administer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${this.name}'`,
    );
  }

  async drop(): Promise<void> {
    await this.administer(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
    await this.administer(`DROP ROLE IF EXISTS ${this.name}`);
    await this.admin.drop();
  }
}
