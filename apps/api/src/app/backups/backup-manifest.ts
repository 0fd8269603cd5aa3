import { ArchiveError } from '../../platform/archive/archive-reader.js';
import type { SectionSum } from '../../platform/archive/archive-writer.js';
import type { DatabaseFacts } from '../../platform/database/dump/database-facts.js';

/** Increased by changes that older versions cannot read. */
export const BACKUP_FORMAT = 1;

/** The files of `CONTROLLER_CONFIG_DIR` in a backup (contract section 4). */
export const CONFIG_FILES = ['.env', 'orchestrator_independence.json', 'controller_config.json'] as const;

/** Prefix of configuration files in an archive. */
export const CONFIG_PREFIX = 'config/';

/** The generated encryption key; in encrypted backups only. */
export const KEY_SECTION = 'keys/encryption.key';

/** Its name in `CONTROLLER_DATA_DIR`. */
export const KEY_FILE = 'encryption.key';

/** The manifest of an archive. */
export interface BackupManifest {
  format: typeof BACKUP_FORMAT;
  /** ISO 8601 UTC. */
  created_at: string;
  controller_version: string;
  database: DatabaseFacts;
  sections: SectionSum[];
}

/**
 * Checks the manifest of a complete archive.
 * @throws ArchiveError if it is not a backup, or has an unknown format
 */
export function asManifest(value: Record<string, unknown>): BackupManifest {
  const { format, database } = value;
  if (typeof format !== 'number' || typeof database !== 'object' || database === null) {
    throw new ArchiveError('it is not a backup of a controller');
  }
  if (format !== BACKUP_FORMAT) throw new ArchiveError(`its format ${format} is not known to this version`);
  return value as unknown as BackupManifest;
}

/** Number of rows in a backup's database. */
export function rowsOf({ database }: Pick<BackupManifest, 'database'>): number {
  return database.tables.reduce((sum, { rows }) => sum + Number(rows), 0);
}
