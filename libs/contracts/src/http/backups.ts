/** Verification state of a backup: whether it was restored and compared with the original. */
export const BACKUP_VERIFICATIONS = ['pending', 'verified', 'failed'] as const;
export type BackupVerification = (typeof BACKUP_VERIFICATIONS)[number];

/** One backup in `BACKUP_DIR`. */
export interface Backup {
  /** File name. */
  name: string;
  /** ISO 8601 UTC. */
  created_at: string;
  size_bytes: number;
  /** SHA-256 of the file, hexadecimal; null if the metadata file beside it is missing. */
  sha256: string | null;
  encrypted: boolean;
  /** How the schema was written; null if the metadata file beside it is missing. */
  method: 'pg_dump' | 'copy' | null;
  tables: number | null;
  rows: number | null;
  verification: BackupVerification;
  verified_at: string | null;
  /** Why verification failed. */
  detail: string | null;
}

/** Answer of `GET /api/v1/internal/backups`, newest first, and of `POST`. */
export interface Backups {
  /** False if `BACKUP_DIR` is not set. */
  enabled: boolean;
  interval_hours: number;
  keep_count: number;
  keep_days: number;
  /** True if new backups are encrypted. */
  encrypted: boolean;
  /** True while a backup is being made or verified. */
  running: boolean;
  /** When the next backup is due; null if `BACKUP_DIR` is not set. */
  next_at: string | null;
  /** Failure of this process's last attempt; null if it succeeded or there was none. */
  last_error: { at: string; detail: string } | null;
  items: Backup[];
}
