/**
 * `npm run schema`: writes docs/schema.sql from a database that all migrations have made, which is then thrown away. A
 * test fails while the file differs from what the migrations make.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaText } from '@moolai/testing';
import { connectDatabase, createLogger, EmbeddedPostgres } from '../../apps/api/dist/index.js';
import { root } from '../nx.mjs';

const dataDir = mkdtempSync(join(tmpdir(), 'moolai-schema-'));
const postgres = new EmbeddedPostgres({ dataDir, volatile: true });
try {
  const logger = createLogger({ logLevel: 'warn', logFormat: 'json' });
  const dataSource = await connectDatabase(await postgres.start(), logger);
  const file = join(root, 'docs/schema.sql');
  const head = '-- The schema that all migrations make. Written by `npm run schema`; do not edit.\n\n';
  writeFileSync(file, head + (await schemaText((sql) => dataSource.query(sql))));
  await dataSource.destroy();
  process.stdout.write(`${file} written\n`);
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
