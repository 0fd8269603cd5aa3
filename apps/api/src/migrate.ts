/**
 * `npm run migrate`: migrates the database of `DATABASE_*`, or the embedded one, to the schema of this code.
 *
 * Exit code 0: up to date; 1: failed, with the reason in one line.
 */
import 'reflect-metadata';
import { dropLibpqVariables } from './platform/config/libpq-environment.js';
import { loadStorageSettings } from './platform/config/settings.js';
import { connectionProblem } from './platform/database/connection-problem.js';
import { migrate } from './platform/database/migrate.js';
import { createLogger } from './platform/logging/logger.js';
import { surviveLostOutput } from './platform/process/output-errors.js';
import { openStoredDatabase } from './platform/process/stored-database.js';

async function run(): Promise<void> {
  const settings = loadStorageSettings(process.env);
  const database = await openStoredDatabase(settings, 'refuse');
  try {
    const logger = createLogger({ logLevel: 'info', logFormat: 'pretty' });
    const applied = await migrate(database.connection, logger, { waitMs: settings.migrationWaitSec * 1_000 });
    const lines = applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['nothing to do'];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await database.close();
  }
}

surviveLostOutput();
dropLibpqVariables(process.env);
try {
  await run();
} catch (error) {
  process.stderr.write(`migrate: ${connectionProblem(error) ?? (error as Error).message}\n`);
  process.exitCode = 1;
}
