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

/** The target of a restore. */
export interface RestoreTarget {
  dataDir: string;
  configDir: string;
  passphrase: string | undefined;
}

/** The actor of a restore, and whether it may overwrite. */
export interface RestoreOptions {
  actor: Actor;
  clock: Clock;
  force: boolean;
}

/** Result of a restore. */
export interface Restored {
  manifest: BackupManifest;
  files: string[];
  leftOut: string[];
}

/** Table for new audit records. */
const AUDIT_TABLE = 'audit_pending';

interface RestoredFile {
  path: string;
  content: Buffer;
}

/** Restores the database and files from a backup. */
export class BackupRestorer {
  private constructor(
    private readonly path: string,
    private readonly target: RestoreTarget,
    readonly manifest: BackupManifest,
    private readonly files: RestoredFile[],
  ) {}

  /**
   * Verifies the whole backup before anything is changed.
   * @throws ArchiveError if it is incomplete or cannot be read
   */
  static async open(path: string, target: RestoreTarget): Promise<BackupRestorer> {
    const manifest = asManifest(await checkArchive(path, target.passphrase));
    return new BackupRestorer(path, target, manifest, await readFiles(path, target));
  }

  /**
   * Restores the backup, and adds an entry to the restored audit log.
   * @throws StartError if it would overwrite something and may not
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

  /** Recorded in the restored audit log, to show where its time jumps back. */
  private async record(
    tx: Transaction,
    { actor, clock, force }: RestoreOptions,
    leftOut: string[],
  ): Promise<void> {
    const { created_at, controller_version, database } = this.manifest;
    // The backup is older than the audit log, which the next start creates.
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

  /** Files of the target that differ from the backup's. */
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
    // Files come first.
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
  // An overwritten key is lost forever, and with it all that it encrypted elsewhere.
  if (path.endsWith(KEY_FILE) && existsSync(path) && !(await readFile(path)).equals(content)) {
    await rename(path, `${path}.before-restore`);
  }
  await replaceFile(path, content);
}
