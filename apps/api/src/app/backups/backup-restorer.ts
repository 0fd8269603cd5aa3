import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Actor } from '../../platform/access/principal.js';
import { checkArchive, readSections } from '../../platform/archive/archive-reader.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { importDatabase } from '../../platform/database/dump/import-database.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { replaceFile } from '../../platform/files/replace-file.js';
import { StartError } from '../../platform/process/data-dir-lock.js';
import { AuditRepository, AuditTrail } from '../audit/index.js';
import {
  asManifest,
  CONFIG_FILES,
  CONFIG_PREFIX,
  KEY_FILE,
  KEY_SECTION,
  rowsOf,
  type BackupManifest,
} from './backup-manifest.js';

/** Where a backup is restored to. */
export interface RestoreTarget {
  dataDir: string;
  configDir: string;
  passphrase: string | undefined;
}

/** Who restores it, and whether what is there may be thrown away. */
export interface RestoreOptions {
  actor: Actor;
  clock: Clock;
  force: boolean;
}

/** What became of it. */
export interface Restored {
  manifest: BackupManifest;
  files: string[];
  leftOut: string[];
}

/** Where records of the audit are left. */
const AUDIT_TABLE = 'audit_pending';

interface RestoredFile {
  path: string;
  content: Buffer;
}

/** Makes database and files what they were when a backup was made. */
export class BackupRestorer {
  private constructor(
    private readonly path: string,
    private readonly target: RestoreTarget,
    readonly manifest: BackupManifest,
    private readonly files: RestoredFile[],
  ) {}

  /**
   * Reads the whole backup, before anything is touched.
   * @throws ArchiveError when it is not whole, or cannot be read
   */
  static async open(path: string, target: RestoreTarget): Promise<BackupRestorer> {
    const manifest = asManifest(await checkArchive(path, target.passphrase));
    return new BackupRestorer(path, target, manifest, await readFiles(path, target));
  }

  /**
   * Restores it, and leaves an entry in the audit that has come back with it.
   * @throws StartError when something is there and that may not be thrown away
   */
  async restore(connection: DatabaseConnection, options: RestoreOptions): Promise<Restored> {
    const { path, target, manifest } = this;
    const { force } = options;
    const others = await this.otherFiles();
    if (others.length > 0 && !force) {
      throw new StartError(`${others.join(', ')} would be overwritten: --force does it`);
    }
    const sections = readSections(path, target.passphrase);
    const { leftOut } = await importDatabase(connection, manifest.database, sections, {
      replace: force,
      complete: (tx, imported) => this.record(tx, options, imported.leftOut),
    });
    for (const file of this.files) await writeFile(file);
    return { manifest, leftOut, files: this.files.map((file) => file.path) };
  }

  /** In the restored audit: whoever reads it must see where its time jumps back. */
  private async record(
    tx: Transaction,
    { actor, clock, force }: RestoreOptions,
    leftOut: string[],
  ): Promise<void> {
    const { created_at, controller_version, database } = this.manifest;
    // A backup of before there was an audit; the next start makes one, and that begins then.
    if (!database.tables.some(({ name }) => name === AUDIT_TABLE)) return;
    const name = basename(this.path);
    await new AuditTrail(new AuditRepository(tx.dataSource), clock).record(
      {
        actor,
        action: 'backup.restored',
        organizationId: null,
        target: { type: 'backup', id: name },
        after: {
          name,
          created_at,
          controller_version,
          tables: database.tables.length,
          rows: rowsOf(this.manifest),
          files: this.files.map(({ path }) => basename(path)),
          left_out: leftOut,
          audit_head: database.auditHead,
          forced: force,
        },
      },
      tx,
    );
  }

  /** Files of the target that are other ones than those of the backup. */
  private async otherFiles(): Promise<string[]> {
    const others: string[] = [];
    for (const { path, content } of this.files) {
      if (existsSync(path) && !(await readFile(path)).equals(content)) others.push(path);
    }
    return others;
  }
}

async function readFiles(
  path: string,
  { configDir, dataDir, passphrase }: RestoreTarget,
): Promise<RestoredFile[]> {
  const places = new Map<string, string>(
    CONFIG_FILES.map((name) => [CONFIG_PREFIX + name, join(configDir, name)] as const),
  );
  places.set(KEY_SECTION, join(dataDir, KEY_FILE));
  const files: RestoredFile[] = [];
  for await (const { name, content } of readSections(path, passphrase)) {
    // They come first.
    if (name.startsWith('database/')) break;
    const place = places.get(name);
    if (place === undefined) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    files.push({ path: place, content: Buffer.concat(chunks) });
  }
  return files;
}

async function writeFile({ path, content }: RestoredFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A key that is overwritten is lost for good, and with it what it has encrypted elsewhere.
  if (path.endsWith(KEY_FILE) && existsSync(path) && !(await readFile(path)).equals(content)) {
    await rename(path, `${path}.before-restore`);
  }
  await replaceFile(path, content);
}
