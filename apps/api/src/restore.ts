/**
 * `npm run restore -- FILE [--force]`: restores the database of `DATABASE_*`, or the embedded one, and the
 * configuration files from a backup. The controller must not run. Existing data is only overwritten with `--force`, and
 * only once the whole backup is in place.
 *
 * Exit code 0: restored; 1: failed without changes, with the reason in one line.
 */
import 'reflect-metadata';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupRestorer, rowsOf } from './app/backups/index.js';
import { systemActor } from './platform/access/principal.js';
import { SystemClock } from './platform/clock/clock.js';
import { dropLibpqVariables } from './platform/config/libpq-environment.js';
import { loadStorageSettings } from './platform/config/settings.js';
import { connectionProblem } from './platform/database/connection-problem.js';
import { ControllerLock } from './platform/database/controller-lock.js';
import { createLogger } from './platform/logging/logger.js';
import { surviveLostOutput } from './platform/process/output-errors.js';
import { openStoredDatabase } from './platform/process/stored-database.js';
import { whoRuns } from './platform/process/who-runs.js';

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { force: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error('say which: npm run restore -- FILE [--force]');
  const settings = loadStorageSettings(process.env);
  const {
    dataDir,
    configDir,
    backup: { passphrase },
  } = settings;
  const restorer = await BackupRestorer.open(resolve(file), { dataDir, configDir, passphrase });
  const database = await openStoredDatabase(settings, 'refuse');
  const { connection } = database;
  const logger = createLogger({ logLevel: 'silent', logFormat: 'pretty' });
  const lock = new ControllerLock({ connection, logger, role: 'restore', advice: 'stop it first' });
  try {
    await lock.acquire(0);
    const { manifest, files, leftOut } = await restorer.restore(connection, {
      actor: systemActor(`restore by ${whoRuns()}`),
      clock: new SystemClock(),
      force: values.force ?? false,
    });
    const { tables, auditHead } = manifest.database;
    const lines = [
      `restored the backup of ${manifest.created_at}: ${rowsOf(manifest)} rows of ${tables.length} tables, all counts and checksums are the same`,
      ...files.map((path) => `wrote ${path}`),
      ...leftOut.map(
        (table) => `LEFT OUT ${table}: neither the controller nor the backup says how to make it`,
      ),
      `audit head ${auditHead ?? 'none'}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await lock.release();
    await database.close();
  }
}

surviveLostOutput();
dropLibpqVariables(process.env);
try {
  await run();
} catch (error) {
  process.stderr.write(`restore: ${connectionProblem(error) ?? (error as Error).message}\n`);
  process.exitCode = 1;
}
