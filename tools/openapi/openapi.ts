/**
 * `npm run openapi`: writes docs/openapi.json from the API's decorators, on a database of its own that
 * is thrown away. A test fails while the file is not what the API serves.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import prettier from 'prettier';
import {
  connectDatabase,
  createApp,
  createLogger,
  createOpenApi,
  EmbeddedPostgres,
  loadSettings,
} from '../../apps/api/dist/index.js';
import { root } from '../nx.mjs';

const dataDir = mkdtempSync(join(tmpdir(), 'moolai-openapi-'));
const postgres = new EmbeddedPostgres({ dataDir, volatile: true });
const connection = await postgres.start();
try {
  const settings = loadSettings({ CONTROLLER_DATA_DIR: dataDir, LOG_LEVEL: 'warn', LOG_FORMAT: 'json' });
  const logger = createLogger(settings);
  const dataSource = await connectDatabase(connection, logger);
  const app = await createApp({ settings, logger, connection, dataSource });
  const file = join(root, 'docs/openapi.json');
  const options = await prettier.resolveConfig(file);
  const text = JSON.stringify(createOpenApi(app));
  writeFileSync(file, await prettier.format(text, { ...options, parser: 'json' }));
  await dataSource.destroy();
  process.stdout.write(`${file} written\n`);
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
