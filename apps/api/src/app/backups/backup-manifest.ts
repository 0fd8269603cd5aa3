import { ArchiveError } from '../../platform/archive/archive-reader.js';
import type { SectionSum } from '../../platform/archive/archive-writer.js';
import type { DatabaseFacts } from '../../platform/database/dump/database-facts.js';

/** Grows with a change that older versions could not read. */
export const BACKUP_FORMAT = 1;

/** The files of `CONTROLLER_CONFIG_DIR` that belong to a backup (contract section 4). */
export const CONFIG_FILES = ['.env', 'orchestrator_independence.json', 'controller_config.json'] as const;

/** What configuration files are below within an archive. */
export const CONFIG_PREFIX = 'config/';

/** The key of secrets that the controller has made itself; in encrypted backups alone. */
export const KEY_SECTION = 'keys/encryption.key';

/** Its name in `CONTROLLER_DATA_DIR`. */
export const KEY_FILE = 'encryption.key';

/** What an archive says of itself. */
export interface BackupManifest {
  format: typeof BACKUP_FORMAT;
  /** ISO 8601 UTC. */
  created_at: string;
  controller_version: string;
  database: DatabaseFacts;
  sections: SectionSum[];
}

/**
 * Takes a manifest whose archive is whole for what it is.
 * @throws ArchiveError when it is of no backup, or of a format that is not known here
 */
export function asManifest(value: Record<string, unknown>): BackupManifest {
  const { format, database } = value;
  if (typeof format !== 'number' || typeof database !== 'object' || database === null) {
    throw new ArchiveError('it is no backup of a controller');
  }
  if (format !== BACKUP_FORMAT) throw new ArchiveError(`its format ${format} is not known to this version`);
  return value as unknown as BackupManifest;
}

/** How many rows the database of a backup has. */
export function rowsOf({ database }: Pick<BackupManifest, 'database'>): number {
  return database.tables.reduce((sum, { rows }) => sum + Number(rows), 0);
}
