/**
 * `npm run password [-- EMAIL] [--stdin]`: sets a new password for a user without the current one, and ends their
 * sessions; in the database of `DATABASE_*` or the embedded one, whether or not a controller runs. The address defaults
 * to `SUPERADMIN_EMAIL`. The password is generated and printed, or read from the first line of the standard input.
 *
 * Exit code 0: set; 1: failed, with the reason in one line.
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PASSWORD_MIN_LENGTH } from '@moolai/contracts';
import { AuditRepository, AuditTrail } from './app/audit/index.js';
import { PasswordReset, Passwords, UsersRepository } from './app/users/index.js';
import { systemActor } from './platform/access/principal.js';
import { SystemClock } from './platform/clock/clock.js';
import { dropLibpqVariables } from './platform/config/libpq-environment.js';
import { loadStorageSettings, readSuperadminEmail } from './platform/config/settings.js';
import { connectionProblem } from './platform/database/connection-problem.js';
import { createDataSource } from './platform/database/data-source.js';
import { surviveLostOutput } from './platform/process/output-errors.js';
import { openStoredDatabase } from './platform/process/stored-database.js';
import { whoRuns } from './platform/process/who-runs.js';
import { newPassword } from './platform/secrets/new-password.js';

/** SQLSTATE of a missing table. */
const UNDEFINED_TABLE = '42P01';

function explain(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  if (code === UNDEFINED_TABLE) return 'there are no accounts yet: start the controller first';
  return connectionProblem(error) ?? message;
}

function readPassword(): string {
  const [password = ''] = readFileSync(0, 'utf8').split(/\r?\n/);
  if (password.length >= PASSWORD_MIN_LENGTH) return password;
  throw new Error(`the password must have at least ${PASSWORD_MIN_LENGTH} characters`);
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { stdin: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [email = readSuperadminEmail(process.env)] = positionals;
  const password = values.stdin ? readPassword() : newPassword();
  const database = await openStoredDatabase(loadStorageSettings(process.env), 'share');
  try {
    const dataSource = await createDataSource(database.connection).initialize();
    try {
      const audit = new AuditTrail(new AuditRepository(dataSource), new SystemClock());
      const reset = new PasswordReset(new UsersRepository(dataSource), new Passwords(), audit);
      const user = await reset.set(email, password, systemActor(`password by ${whoRuns()}`));
      if (!user) throw new Error(`there is no user with the address ${email}`);
      const shown = values.stdin ? 'the password that you gave' : password;
      process.stdout.write(`${user.email} / ${shown}\nTheir sessions have ended.\n`);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await database.close();
  }
}

surviveLostOutput();
dropLibpqVariables(process.env);
try {
  await run();
} catch (error) {
  process.stderr.write(`password: ${explain(error)}\n`);
  process.exitCode = 1;
}
