import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { newDataDir, TestDatabase, waitUntil } from '@moolai/testing';
import { databaseEnv, runCommand } from '../support/command.js';
import { startOn } from '../support/process-on-database.js';

const BACKUP = new URL('../../../api/dist/backup.js', import.meta.url).pathname;
/** Much smaller than the compressed backup. */
const ROOM_BYTES = 4_096;

/** A container or machine may forbid namespaces to its users. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;

describe('a backup on a full disk, and a killed backup', () => {
  const dataDir = newDataDir();
  const children: ChildProcess[] = [];
  let database: TestDatabase;
  let dir: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await TestDatabase.create();
    // Enough rows for a backup to be stopped in the middle.
    await database.query(
      `INSERT INTO organizations (organization_id, name)
       SELECT 'org-' || n, md5(n::text) FROM generate_series(1, 5000) AS n`,
    );
  });

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-backups-'));
    env = { ...databaseEnv(database.connection), CONTROLLER_DATA_DIR: dataDir, BACKUP_DIR: dir };
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  afterAll(async () => {
    for (const name of await scratchDatabases()) await database.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    await database.drop();
  });

  const partials = (): string[] => readdirSync(dir).filter((name) => name.endsWith('.partial'));

  async function scratchDatabases(): Promise<string[]> {
    const rows = await database.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [`${database.connection.database}_verify_`],
    );
    return rows.map(({ datname }) => datname);
  }

  /**
   * A backup with `--verify`, stopped by SIGSTOP as soon as `isThere` is true, so that it lives without doing anything.
   * It is not continued, because its connection attempt may time out by then.
   */
  async function stoppedWhen(isThere: () => boolean | Promise<boolean>): Promise<ChildProcess> {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [BACKUP, '--verify'], { env: { PATH, ...env }, stdio: 'ignore' });
    children.push(child);
    while (!(await isThere())) {
      if (child.exitCode !== null) throw new Error(`the backup ended with ${child.exitCode}`);
      await delay(1);
    }
    child.kill('SIGSTOP');
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    await waitUntil('the server has noticed it', async () => {
      const rows = await database.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'moolai-backup' AND datname = current_database()`,
      );
      return rows.length === 0;
    });
  }

  it('reports where space is missing, and how much a backup needs', async () => {
    const limited = (...args: string[]): { status: number | null; stderr: string } => {
      const { PATH = '' } = process.env;
      return spawnSync('prlimit', [`--fsize=${ROOM_BYTES}`, process.execPath, BACKUP, ...args], {
        env: { PATH, ...env },
        encoding: 'utf8',
      });
    };
    const first = limited();
    expect(first.stderr).toMatch(
      new RegExp(
        `^backup: the limit of a file \\(ulimit -f\\) leaves no space on ${dir} for the backup, which needs up to \\d+ MB\n$`,
      ),
    );
    expect(first.status).toBe(1);
    expect(readdirSync(dir)).toEqual([]);

    // Another database's backups may be under --out: files written within the hour stay.
    const [fresh, old] = ['01', '02'].map(
      (day) => `moolai-backup-2025-01-${day}T00-00-00-000Z.tar.gz.partial`,
    );
    for (const name of [fresh, old]) writeFileSync(join(dir, `${name}`), 'half');
    utimesSync(join(dir, `${old}`), 0, 0);
    await expect(runCommand('backup', ['--out', dir], env)).resolves.toMatchObject({ code: 0 });
    expect(partials()).toEqual([fresh]);
    rmSync(join(dir, `${fresh}`));
    const before = readdirSync(dir);
    expect(limited().stderr).toContain(`no space on ${dir} for the backup, which needs about 1 MB\n`);
    expect(readdirSync(dir)).toEqual(before);
  }, 150_000);

  (canMount ? it : it.skip)(
    'says so of a full disk',
    () => {
      const { PATH = '' } = process.env;
      const script = 'mount -t tmpfs -o size="$1" none "$2" && "$3" "$4"; code=$?; ls -A "$2"; exit $code';
      const args = ['-rm', 'sh', '-c', script, 'sh', String(ROOM_BYTES), dir, process.execPath, BACKUP];
      const { status, stdout, stderr } = spawnSync('unshare', args, {
        env: { PATH, ...env },
        encoding: 'utf8',
      });
      expect(stderr).toMatch(
        new RegExp(`^backup: no space left on ${dir} for the backup, which needs up to \\d+ MB\n$`),
      );
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    },
    60_000,
  );

  it('leaves an incomplete file when killed, which the next one removes without touching those in use', async () => {
    const killed = await stoppedWhen(() => partials().length > 0);
    await kill(killed);
    const [left = ''] = partials();
    expect(left).not.toBe('');
    const live = await stoppedWhen(() => partials().some((name) => name !== left));
    const [its = ''] = partials().filter((name) => name !== left);
    writeFileSync(join(dir, 'notes.partial'), 'of somebody else');

    await expect(runCommand('backup', [], env)).resolves.toMatchObject({ code: 0 });
    expect(partials().sort()).toEqual([its, 'notes.partial']);
    await kill(live);
  }, 150_000);

  it('leaves its scratch database when killed, which the next start drops without touching those in use', async () => {
    const seen = new Set<string>();
    const another = async (): Promise<boolean> => (await scratchDatabases()).some((name) => !seen.has(name));
    const killed = await stoppedWhen(another);
    const [left = ''] = await scratchDatabases();
    await kill(killed);
    await expect(scratchDatabases()).resolves.toEqual([left]);
    seen.add(left);
    const live = await stoppedWhen(another);
    const [its = ''] = (await scratchDatabases()).filter((name) => name !== left);

    // A start also removes the temporary files of a killed controller.
    const configDir = join(dataDir, 'config');
    mkdirSync(configDir, { recursive: true });
    const asides = [
      join(configDir, '.env.new'),
      join(configDir, 'orchestrator_independence.json.4711'),
      join(dataDir, 'encryption.key.0b5c3f0e-7b0f-4f0e-9a43-3d8ad8f0c7c1'),
    ];
    const others = [join(configDir, '.env.bak'), join(configDir, 'notes.new')];
    for (const path of [...asides, ...others]) writeFileSync(path, 'x');
    const controller = await startOn(database, dataDir);
    await waitUntil('it is dropped', async () => !(await scratchDatabases()).includes(left));
    await expect(scratchDatabases()).resolves.toEqual([its]);
    expect(asides.filter((path) => existsSync(path))).toEqual([]);
    expect(others.filter((path) => !existsSync(path))).toEqual([]);

    await kill(live);
    await controller.stop();
  }, 150_000);
});
