import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Backup } from '@moolai/contracts';
import { checkArchive, readSections } from '../../platform/archive/archive-reader.js';
import { ArchiveWriter } from '../../platform/archive/archive-writer.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import type { DatabaseFacts } from '../../platform/database/dump/database-facts.js';
import { forUnclaimed, whileClaimed } from '../../platform/database/dump/backup-lock.js';
import { databaseBytes } from '../../platform/database/dump/database-size.js';
import { exportDatabase } from '../../platform/database/dump/export-database.js';
import { importDatabase } from '../../platform/database/dump/import-database.js';
import { withScratchDatabase } from '../../platform/database/dump/scratch-database.js';
import { BackupFiles, backupName } from './backup-files.js';
import {
  asManifest,
  BACKUP_FORMAT,
  CONFIG_FILES,
  CONFIG_PREFIX,
  KEY_FILE,
  KEY_SECTION,
  rowsOf,
} from './backup-manifest.js';

/** Errors of writing to the directory, as the beginning of a message. */
const NO_ROOM: Partial<Record<string, string>> = {
  ENOSPC: 'no space left on',
  EDQUOT: 'no space left in the disk quota on',
  EFBIG: 'the limit of a file (ulimit -f) leaves no space on',
};

/** The parts of a backup. */
export interface BackupSource {
  connection: DatabaseConnection;
  dataDir: string;
  configDir: string;
  passphrase: string | undefined;
  version: string;
  clock: Clock;
}

/** Makes and verifies backups. */
export class BackupMaker {
  constructor(private readonly source: BackupSource) {}

  /** The name of the next backup. */
  nextName(): string {
    return backupName(this.source.clock.now(), this.source.passphrase !== undefined);
  }

  /**
   * Makes a backup without interrupting anything else.
   * @returns its metadata, which is also stored beside it
   */
  async make(dir: string, name = this.nextName(), signal?: AbortSignal): Promise<Backup> {
    const files = new BackupFiles(dir);
    return this.claiming(files, name, async () => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const backup = await this.write(files, name, signal);
      try {
        await files.save(backup);
      } catch (error) {
        // A failed backup does not count, and the next attempt needs its space.
        await files.remove(name);
        throw error;
      }
      return backup;
    });
  }

  /**
   * Removes incomplete files of killed processes. Files in use by a process with this database stay.
   * @param untouchedMs spares recently written files, where other databases' backups may be stored too
   */
  async removeLeftovers(dir: string, untouchedMs?: number): Promise<void> {
    const files = new BackupFiles(dir);
    const { clock, connection } = this.source;
    const names = await files.unfinished(untouchedMs === undefined ? Infinity : clock.nowMs() - untouchedMs);
    await forUnclaimed(connection, names, (name) => files.removeUnfinished(name));
  }

  private async write({ dir }: BackupFiles, name: string, signal?: AbortSignal): Promise<Backup> {
    const { passphrase, clock, version } = this.source;
    const at = clock.now();
    const writer = await ArchiveWriter.create(join(dir, name), passphrase, at);
    try {
      await this.addFiles(writer);
      const database = await exportDatabase(this.source.connection, writer, signal);
      const { sections } = writer;
      const manifest = {
        format: BACKUP_FORMAT,
        created_at: at.toISOString(),
        controller_version: version,
        database,
      };
      const { bytes, sha256 } = await writer.finish({ ...manifest, sections });
      return describe(name, at, passphrase !== undefined, { bytes, sha256 }, database);
    } catch (error) {
      throw (await writer.abort()) ?? error;
    }
  }

  /**
   * Restores a backup into a temporary database, and compares row counts and checksums of all tables. Stores the result
   * in the backup's metadata.
   */
  async verify(dir: string, backup: Backup, signal?: AbortSignal): Promise<Backup> {
    const files = new BackupFiles(dir);
    return this.claiming(files, backup.name, async () => {
      const tried = this.tryOut(join(dir, backup.name), signal);
      const problem = await tried.catch((error: Error) => error.message);
      signal?.throwIfAborted();
      const verified: Backup = {
        ...backup,
        verification: problem === undefined ? 'verified' : 'failed',
        verified_at: this.source.clock.now().toISOString(),
        detail: problem ?? null,
      };
      await files.save(verified);
      return verified;
    });
  }

  /** @returns what is wrong with it; undefined if nothing is */
  private async tryOut(path: string, signal?: AbortSignal): Promise<string | undefined> {
    const { connection, passphrase } = this.source;
    const { database } = asManifest(await checkArchive(path, passphrase));
    const schemas = [database.schema ?? 'public', ...Object.values(database.extensionSchemas ?? {})];
    return withScratchDatabase(connection, schemas, async (scratch) => {
      const importing = importDatabase(scratch, database, readSections(path, passphrase), { replace: false });
      const { leftOut } = await orAborted(importing, signal);
      if (leftOut.length === 0) return undefined;
      return `it leaves out ${leftOut.join(', ')}: only a pg_dump of version ${database.serverVersion} can write tables of others`;
    });
  }

  /** Prevents a cleanup from mistaking the files for those of a killed process. */
  private async claiming<T>(files: BackupFiles, name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await whileClaimed(this.source.connection, name, work);
    } catch (error) {
      throw await this.explain(error, files);
    }
  }

  /** For a full disk, states where space is missing and how much. */
  private async explain(error: unknown, files: BackupFiles): Promise<unknown> {
    const problem = NO_ROOM[(error as NodeJS.ErrnoException).code ?? ''];
    if (problem === undefined) return error;
    const newest = await files.list().then(
      ([first]) => first,
      () => undefined,
    );
    const bytes = newest?.size_bytes ?? (await databaseBytes(this.source.connection).catch(() => undefined));
    const size =
      bytes === undefined ? '' : `, which needs ${newest ? 'about' : 'up to'} ${megabytes(bytes)} MB`;
    return new Error(`${problem} ${files.dir} for the backup${size}`, { cause: error });
  }

  /** First, because they are small and can then be read without the rest. */
  private async addFiles(writer: ArchiveWriter): Promise<void> {
    const { configDir, dataDir, passphrase } = this.source;
    for (const name of CONFIG_FILES) await addFile(writer, CONFIG_PREFIX + name, join(configDir, name));
    // In an unencrypted backup the key would lie beside the secrets that it decrypts.
    if (passphrase !== undefined) await addFile(writer, KEY_SECTION, join(dataDir, KEY_FILE));
  }
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1_000_000));
}

async function addFile(writer: ArchiveWriter, section: string, path: string): Promise<void> {
  if (!existsSync(path)) return;
  await writer.add(section, Readable.from([await readFile(path)]));
}

/** Rejects at once when aborted; work that continues then loses its database. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const aborted = new Promise<never>((_, reject) => {
    const give = (): void => reject(new Error('stopped'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  });
  work.catch(() => undefined);
  aborted.catch(() => undefined);
  return Promise.race([work, aborted]);
}

function describe(
  name: string,
  at: Date,
  encrypted: boolean,
  { bytes, sha256 }: { bytes: number; sha256: string },
  database: DatabaseFacts,
): Backup {
  return {
    name,
    created_at: at.toISOString(),
    size_bytes: bytes,
    sha256,
    encrypted,
    method: database.method,
    tables: database.tables.length,
    rows: rowsOf({ database }),
    verification: 'pending',
    verified_at: null,
    detail: null,
  };
}
