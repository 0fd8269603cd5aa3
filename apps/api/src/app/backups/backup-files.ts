import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backup } from '@moolai/contracts';
import { partialPath } from '../../platform/archive/archive-writer.js';
import { replaceFile } from '../../platform/files/replace-file.js';

const NAME = /^moolai-backup-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.tar\.gz(\.enc)?$/;
const PARTIAL = /^(moolai-backup-.*)\.(?:partial|json\.new)$/;
const DAY_MS = 86_400_000;

/** The name of a backup made at this time. */
export function backupName(at: Date, isEncrypted: boolean): string {
  const moment = at.toISOString().replace(/[:.]/g, '-');
  return `moolai-backup-${moment}.tar.gz${isEncrypted ? '.enc' : ''}`;
}

/** Facts in the file name; undefined if the file is not a backup. */
function fromName(name: string): { createdAt: string; isEncrypted: boolean } | undefined {
  const [, day, hour, minute, second, ms, encrypted] = NAME.exec(name) ?? [];
  if (day === undefined) return undefined;
  return {
    createdAt: `${day}T${hour}:${minute}:${second}.${ms}Z`,
    isEncrypted: encrypted !== undefined,
  };
}

/** How many backups to keep, and for how long. */
export interface Keeping {
  keepCount: number;
  keepDays: number;
}

/**
 * Returns the backups to delete: all beyond the count or the age. The newest verified one always stays, so that a month
 * of failing backups does not delete the last good one.
 * @param backups newest first
 */
export function expired(backups: readonly Backup[], nowMs: number, keeping: Keeping): Backup[] {
  const good = backups.find(({ verification }) => verification === 'verified');
  const oldestMs = nowMs - keeping.keepDays * DAY_MS;
  return backups.filter(
    (backup, index) =>
      backup !== good && (index >= keeping.keepCount || Date.parse(backup.created_at) < oldestMs),
  );
}

/** The backups in one directory, each with a metadata file beside it. */
export class BackupFiles {
  constructor(readonly dir: string) {}

  /** All backups, newest first; empty if the directory does not exist. */
  async list(): Promise<Backup[]> {
    const names = await this.names();
    const backups = await Promise.all(names.map((name) => this.read(name)));
    return backups
      .filter((backup) => backup !== undefined)
      .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  }

  /** Writes the metadata of a backup. */
  async save(backup: Backup): Promise<void> {
    const path = join(this.dir, `${backup.name}.json`);
    await replaceFile(path, `${JSON.stringify(backup, null, 2)}\n`);
  }

  /** Removes expired backups; returns their names. */
  async prune(nowMs: number, keeping: Keeping): Promise<string[]> {
    const old = expired(await this.list(), nowMs, keeping);
    for (const { name } of old) await this.remove(name);
    return old.map(({ name }) => name);
  }

  /** Removes a backup with its metadata. */
  async remove(name: string): Promise<void> {
    // The file first: metadata without a file is ignored.
    await rm(join(this.dir, name), { force: true });
    await rm(join(this.dir, `${name}.json`), { force: true });
  }

  /**
   * Names of backups with incomplete files, including metadata.
   * @param beforeMs only those not written to since then
   */
  async unfinished(beforeMs: number): Promise<string[]> {
    const names = new Set<string>();
    for (const entry of await this.entries()) {
      const name = PARTIAL.exec(entry)?.[1];
      if (name === undefined) continue;
      const file = await stat(join(this.dir, entry)).catch(() => undefined);
      if (file && file.mtimeMs < beforeMs) names.add(name);
    }
    return [...names];
  }

  /** Removes the incomplete files of a backup. */
  async removeUnfinished(name: string): Promise<void> {
    await rm(partialPath(join(this.dir, name)), { force: true });
    await rm(join(this.dir, `${name}.json.new`), { force: true });
  }

  private async names(): Promise<string[]> {
    return (await this.entries()).filter((name) => fromName(name) !== undefined);
  }

  private async entries(): Promise<string[]> {
    try {
      return await readdir(this.dir);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  private async read(name: string): Promise<Backup | undefined> {
    const { createdAt = '', isEncrypted = false } = fromName(name) ?? {};
    const file = await stat(join(this.dir, name)).catch(() => undefined);
    // Removed in the meantime.
    if (!file) return undefined;
    try {
      const known = JSON.parse(await readFile(join(this.dir, `${name}.json`), 'utf8')) as Backup;
      if (known.name === name && known.size_bytes === file.size) return known;
    } catch {
      // Copied here without its metadata, or it was never written.
    }
    return {
      name,
      created_at: createdAt,
      size_bytes: file.size,
      sha256: null,
      encrypted: isEncrypted,
      method: null,
      tables: null,
      rows: null,
      verification: 'pending',
      verified_at: null,
      detail: 'its metadata is missing, or belongs to another file',
    };
  }
}
