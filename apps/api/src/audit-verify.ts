/**
 * `npm run audit:verify [-- <position>:<hash>]`: verifies the audit chain in the database of `DATABASE_*`, or in the
 * embedded one of a running controller. The argument is a head noted earlier.
 *
 * Exit code 0: intact; 1: broken; 2: could not be checked.
 */
import 'reflect-metadata';
import type { AuditVerifyQuery } from '@moolai/contracts';
import { AuditRepository, AuditVerifier } from './app/audit/index.js';
import { dropLibpqVariables } from './platform/config/libpq-environment.js';
import { loadStorageSettings } from './platform/config/settings.js';
import { connectionProblem } from './platform/database/connection-problem.js';
import { createDataSource } from './platform/database/data-source.js';
import { readEmbeddedAddress } from './platform/database/embedded-address.js';
import { surviveLostOutput } from './platform/process/output-errors.js';

function readNoted(argument: string | undefined): AuditVerifyQuery {
  if (argument === undefined) return {};
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(argument) ?? [];
  if (position === undefined || hash === undefined) throw new Error('a noted head is <position>:<hash>');
  return { position: Number(position), hash };
}

async function verify(): Promise<number> {
  const noted = readNoted(process.argv[2]);
  const { database, dataDir } = loadStorageSettings(process.env);
  const connection = database.mode === 'external' ? database : readEmbeddedAddress(dataDir);
  const dataSource = createDataSource(connection);
  await dataSource.initialize();
  try {
    const { ok, count, head, broken } = await new AuditVerifier(new AuditRepository(dataSource)).verify(
      noted,
    );
    if (ok)
      process.stdout.write(
        `whole: ${count} entries; head ${head ? `${head.position}:${head.hash}` : 'none'}\n`,
      );
    else process.stdout.write(`BROKEN at position ${broken?.position}: ${broken?.detail}\n`);
    return ok ? 0 : 1;
  } finally {
    await dataSource.destroy();
  }
}

surviveLostOutput();
dropLibpqVariables(process.env);
try {
  process.exitCode = await verify();
} catch (error) {
  process.stderr.write(
    `audit:verify: cannot check: ${connectionProblem(error) ?? (error as Error).message}\n`,
  );
  process.exitCode = 2;
}
