/**
 * `npm run upgrade-check [-- <commit>]`: the upgrade rule of docs/contributors.md as a test. While an upgrade rolls through,
 * the release before works on the new schema. So this runs that release's own end-to-end tests, from its own sources, on a
 * database that today's migrations have made.
 *
 * The release comes from the history of git. Where there is none (an archive, a shallow clone without a remote), this says
 * that it was skipped. The release gets the packages of its own lock file.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectDatabase,
  createLogger,
  EmbeddedPostgres,
  type DatabaseConnection,
} from '../../apps/api/dist/index.js';
import { checkOut, commitNamed } from '../history/checkout.ts';
import { environment } from '../nx.mjs';

/** The release before, by its full commit. Set it to the last release when you make a new one. */
const PREVIOUS_RELEASE = '0ca8cff969e60904aa7511708ea3894bca08cb6e';
/** Exit code that says that nothing was tested. */
const SKIPPED = 3;
/** Registration, reports, configuration, lists and the audit: what runs all the time. */
const CORE = [
  'apps/api-e2e/src/gateway/registration.e2e-spec.ts',
  'apps/api-e2e/src/messages/inbox.e2e-spec.ts',
  'apps/api-e2e/src/configuration/orchestrator-config.e2e-spec.ts',
  'apps/api-e2e/src/orchestrators/',
  'apps/api-e2e/src/audit/audited-changes.e2e-spec.ts',
];

/** Makes a database with today's schema that the release before takes for its own. Gives what is new in it. */
async function makeTemplate(connection: DatabaseConnection, dir: string): Promise<string[]> {
  const dataSource = await connectDatabase(connection, createLogger({ logLevel: 'warn', logFormat: 'json' }));
  const known = readdirSync(join(dir, 'apps/api/src/platform/database/migrations'))
    .map((file) => /^(\d+)-/.exec(file)?.[1])
    .filter((stamp) => stamp !== undefined);
  // Under a rolling upgrade it has started before the migrations ran; here it has to start behind them.
  const [rows] = await dataSource.query<[{ name: string }[], number]>(
    'DELETE FROM migrations WHERE NOT ("timestamp" = ANY ($1::bigint[])) RETURNING name',
    [known],
  );
  await dataSource.destroy();
  return rows.map(({ name }) => name);
}

/** Runs the core tests of that release on copies of the template. Gives the exit code. */
function runCore(release: string, connection: DatabaseConnection): number {
  const { status } = spawnSync(
    'node',
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...['node_modules/jest/bin/jest.js', '-c', 'apps/api-e2e/jest.artefact.config.js'],
      ...CORE,
    ],
    {
      cwd: release,
      stdio: 'inherit',
      env: { ...environment, MOOLAI_TEST_SERVER: JSON.stringify(connection) },
    },
  );
  return status ?? 1;
}

const wanted = process.argv[2] ?? PREVIOUS_RELEASE;
const commit = commitNamed(wanted);
if (commit === undefined) {
  process.stdout.write(`SKIPPED: the release before on today's schema: git has no ${wanted} here\n`);
  process.exit(SKIPPED);
}
const dir = mkdtempSync(join(tmpdir(), 'moolai-upgrade-'));
const postgres = new EmbeddedPostgres({ dataDir: join(dir, 'data'), volatile: true });
let status = 1;
try {
  const release = join(dir, 'release');
  mkdirSync(release);
  mkdirSync(join(dir, 'data'));
  checkOut(commit, release);
  const connection = await postgres.start();
  const added = await makeTemplate(connection, release);
  process.stdout.write(
    `${commit.slice(0, 10)} on a schema with ${added.length} newer migrations: ${added.join(', ')}\n`,
  );
  // A fault of the schema fails twice. A single failure may come from a busy machine: the waits of a released test
  // can't be made longer any more.
  status = runCore(release, connection);
  if (status !== 0) status = runCore(release, connection);
} finally {
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(status);
