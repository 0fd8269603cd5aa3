import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, createLogger, EmbeddedPostgres } from '../../../api/dist/index.js';

/** Starts one PostgreSQL for all test files and migrates its database, which each file then copies. */
export default async function setUp() {
  const dataDir = mkdtempSync(join(tmpdir(), 'moolai-e2e-'));
  const postgres = new EmbeddedPostgres({ dataDir, volatile: true });
  const connection = await postgres.start();
  const logger = createLogger({ logLevel: 'warn', logFormat: 'json' });
  const dataSource = await connectDatabase(connection, logger);
  // A template can only be copied while nothing is connected to it.
  await dataSource.destroy();
  process.env['MOOLAI_TEST_SERVER'] = JSON.stringify(connection);
  globalThis.moolaiTestPostgres = { postgres, dataDir };
}
