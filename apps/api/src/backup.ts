/**
 * `npm run backup -- [--out DIR] [--verify]`: backs up the database of `DATABASE_*`, or the embedded one, and the
 * configuration files, whether or not a controller runs. Without `--out` into `BACKUP_DIR`; encrypted if
 * `BACKUP_PASSPHRASE` is set.
 *
 * Exit code 0: made, and verified if requested; 1: failed, with the reason in one line.
 */
import 'reflect-metadata';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupMaker } from './app/backups/index.js';
import { SystemClock } from './platform/clock/clock.js';
import { dropLibpqVariables } from './platform/config/libpq-environment.js';
import { loadStorageSettings } from './platform/config/settings.js';
import { connectionProblem } from './platform/database/connection-problem.js';
import { surviveLostOutput } from './platform/process/output-errors.js';
import { openStoredDatabase } from './platform/process/stored-database.js';
import { ProcessInfo } from './platform/process-info.js';

/**
 * A directory given by `--out` may hold another database's backups: incomplete files without recent writes are
 * leftovers.
 */
const LEFT_AFTER_MS = 3_600_000;

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' }, verify: { type: 'boolean' } } });
  const settings = loadStorageSettings(process.env);
  const {
    dataDir,
    configDir,
    backup: { dir: backupDir, passphrase },
  } = settings;
  const dir = values.out === undefined ? backupDir : resolve(values.out);
  if (dir === undefined) throw new Error('say where: --out DIR, or BACKUP_DIR');
  const database = await openStoredDatabase(settings, 'share');
  try {
    const { connection } = database;
    const { version } = new ProcessInfo();
    const clock = new SystemClock();
    const maker = new BackupMaker({ connection, dataDir, configDir, passphrase, version, clock });
    await maker.removeLeftovers(dir, values.out === undefined ? undefined : LEFT_AFTER_MS);
    const made = await maker.make(dir);
    const { name, size_bytes, rows, tables, encrypted } = made;
    const kind = encrypted ? 'encrypted' : 'NOT encrypted (BACKUP_PASSPHRASE is not set)';
    process.stdout.write(
      `${join(dir, name)}\n${size_bytes} bytes, ${rows} rows of ${tables} tables, ${kind}\n`,
    );
    if (!values.verify) return;
    const { verification, detail } = await maker.verify(dir, made);
    if (verification === 'failed') throw new Error(`not verified: ${detail}`);
    process.stdout.write(
      'verified: restored into a scratch database, all counts and checksums are the same\n',
    );
  } finally {
    await database.close();
  }
}

surviveLostOutput();
dropLibpqVariables(process.env);
try {
  await run();
} catch (error) {
  process.stderr.write(`backup: ${connectionProblem(error) ?? (error as Error).message}\n`);
  process.exitCode = 1;
}
