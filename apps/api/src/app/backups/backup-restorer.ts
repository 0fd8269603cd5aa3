import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { checkArchive, readSections } from '../../platform/archive/archive-reader.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { importDatabase } from '../../platform/database/dump/import-database.js';
import { StartError } from '../../platform/process/data-dir-lock.js';
import {
  asManifest,
  CONFIG_FILES,
  CONFIG_PREFIX,
  KEY_FILE,
  KEY_SECTION,
  type BackupManifest,
} from './backup-manifest.js';

/** Where a backup is restored to. */
export interface RestoreTarget {
  dataDir: string;
  configDir: string;
  passphrase: string | undefined;
}

/** What became of it. */
export interface Restored {
  manifest: BackupManifest;
  files: string[];
  leftOut: string[];
}

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
   * @param force true to throw away what is there
   * @throws StartError when something is there and that was not said
   */
  async restore(connection: DatabaseConnection, force: boolean): Promise<Restored> {
    const { path, target, manifest } = this;
    const others = await this.otherFiles();
    if (others.length > 0 && !force) {
      throw new StartError(`${others.join(', ')} would be overwritten: --force does it`);
    }
    const sections = readSections(path, target.passphrase);
    const { leftOut } = await importDatabase(connection, manifest.database, sections, { replace: force });
    for (const file of this.files) await writeFile(file);
    return { manifest, leftOut, files: this.files.map((file) => file.path) };
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
  await writeFileAtomic(path, content, { mode: 0o600 });
}
