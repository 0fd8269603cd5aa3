import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, createLogger, EmbeddedPostgres } from '../../../api/dist/index.js';

/** Starts one PostgreSQL server for all test files and migrates its database, of which each file then makes a copy. */
export default async function setUp() {
  const dataDir = mkdtempSync(join(tmpdir(), 'moolai-e2e-'));
  const postgres = new EmbeddedPostgres({ dataDir, volatile: true });
  const connection = await postgres.start();
  const logger = createLogger({ logLevel: 'warn', logFormat: 'json' });
  const dataSource = await connectDatabase(connection, logger);
  // PostgreSQL copies a template only while it has no connections.
  await dataSource.destroy();
  process.env['MOOLAI_TEST_SERVER'] = JSON.stringify(connection);
  globalThis.moolaiTestPostgres = { postgres, dataDir };
}
