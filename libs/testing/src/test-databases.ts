import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** How to reach a PostgreSQL server. */
export interface TestServer {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** Name of the environment variable in which the global set-up passes the server. */
export const TEST_SERVER_VARIABLE = 'MOOLAI_TEST_SERVER';

async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client({ ...server, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A test file's own database: a copy of the migrated template. */
export class TestDatabase {
  private readonly clients: pg.Client[] = [];

  private constructor(readonly connection: TestServer) {}

  /** Copies the template in a few milliseconds, or creates an empty database. */
  static async create(options: { empty?: boolean } = {}): Promise<TestDatabase> {
    const text = process.env[TEST_SERVER_VARIABLE];
    if (text === undefined) throw new Error('no test server: the global set-up did not run');
    const template = JSON.parse(text) as TestServer;
    const database = `test_${randomBytes(6).toString('hex')}`;
    const from = options.empty ? 'template0' : template.database;
    await administer(template, `CREATE DATABASE ${database} TEMPLATE ${from}`);
    return new TestDatabase({ ...template, database });
  }

  /** Runs one statement on its own connection, as an operator with psql would. */
  async query<T extends pg.QueryResultRow>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    const client = new pg.Client(this.connection);
    await client.connect();
    try {
      return (await client.query<T>(statement, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  /** Opens a connection that stays open until the database is dropped. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client(this.connection);
    // The server cuts it if the database is dropped or unreachable.
    client.on('error', () => undefined);
    await client.connect();
    this.clients.push(client);
    return client;
  }

  /** Closes all connections to it, as a restart of the server would. */
  async cutConnections(): Promise<void> {
    await administer(
      this.connection,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.connection.database}'`,
    );
  }

  /** Refuses new connections and closes existing ones, so that the database is unreachable. */
  async goAway(): Promise<void> {
    await administer(this.connection, `ALTER DATABASE ${this.connection.database} ALLOW_CONNECTIONS false`);
    await this.cutConnections();
  }

  async comeBack(): Promise<void> {
    await administer(this.connection, `ALTER DATABASE ${this.connection.database} ALLOW_CONNECTIONS true`);
  }

  async drop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
    await administer(this.connection, `DROP DATABASE IF EXISTS ${this.connection.database} WITH (FORCE)`);
  }
}
