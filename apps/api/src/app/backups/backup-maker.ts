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

/** What a backup is made of. */
export interface BackupSource {
  connection: DatabaseConnection;
  dataDir: string;
  configDir: string;
  passphrase: string | undefined;
  version: string;
  clock: Clock;
}

/** Makes backups, and tries out whether they are any good. */
export class BackupMaker {
  constructor(private readonly source: BackupSource) {}

  /** What the next backup is called. */
  nextName(): string {
    return backupName(this.source.clock.now(), this.source.passphrase !== undefined);
  }

  /**
   * Makes a backup while everything goes on.
   * @returns what is known of it, which is also kept beside it
   */
  async make(dir: string, name = this.nextName(), signal?: AbortSignal): Promise<Backup> {
    const { passphrase, clock, version } = this.source;
    const at = clock.now();
    await mkdir(dir, { recursive: true, mode: 0o700 });
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
      const backup = describe(name, at, passphrase !== undefined, { bytes, sha256 }, database);
      await new BackupFiles(dir).save(backup);
      return backup;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /**
   * Restores a backup into a database of its own, which is dropped again, and compares the counts and
   * checksums of all tables. What came of it is kept beside the backup.
   */
  async verify(dir: string, backup: Backup, signal?: AbortSignal): Promise<Backup> {
    const problem = await this.tryOut(join(dir, backup.name), signal).catch((error: Error) => error.message);
    signal?.throwIfAborted();
    const verified: Backup = {
      ...backup,
      verification: problem === undefined ? 'verified' : 'failed',
      verified_at: this.source.clock.now().toISOString(),
      detail: problem ?? null,
    };
    await new BackupFiles(dir).save(verified);
    return verified;
  }

  /** @returns what is wrong with it; undefined when nothing is */
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

  /** First: they are small, and whoever wants them need not read the rest. */
  private async addFiles(writer: ArchiveWriter): Promise<void> {
    const { configDir, dataDir, passphrase } = this.source;
    for (const name of CONFIG_FILES) await addFile(writer, CONFIG_PREFIX + name, join(configDir, name));
    // Beside the secrets that it opens it would protect nothing.
    if (passphrase !== undefined) await addFile(writer, KEY_SECTION, join(dataDir, KEY_FILE));
  }
}

async function addFile(writer: ArchiveWriter, section: string, path: string): Promise<void> {
  if (!existsSync(path)) return;
  await writer.add(section, Readable.from([await readFile(path)]));
}

/** Rejects at once when it is no longer wanted; what goes on loses its database then. */
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
