/** What is known of a backup: whether its copy was made and compared with what it was made of. */
export const BACKUP_VERIFICATIONS = ['pending', 'verified', 'failed'] as const;
export type BackupVerification = (typeof BACKUP_VERIFICATIONS)[number];

/** One backup in `BACKUP_DIR`. */
export interface Backup {
  /** The name of the file. */
  name: string;
  /** ISO 8601 UTC. */
  created_at: string;
  size_bytes: number;
  /** SHA-256 of the file, hexadecimal; null when the record beside the file is missing. */
  sha256: string | null;
  encrypted: boolean;
  /** Who wrote the schema; null when the record beside the file is missing. */
  method: 'pg_dump' | 'copy' | null;
  tables: number | null;
  rows: number | null;
  verification: BackupVerification;
  verified_at: string | null;
  /** Why it could not be verified. */
  detail: string | null;
}

/** Answer of `GET /api/v1/internal/backups`, newest first, and of `POST`. */
export interface Backups {
  /** False without `BACKUP_DIR`. */
  enabled: boolean;
  interval_hours: number;
  keep_count: number;
  keep_days: number;
  /** Whether new ones are encrypted. */
  encrypted: boolean;
  /** One is being made or verified. */
  running: boolean;
  /** When the next one is due; null without `BACKUP_DIR`. */
  next_at: string | null;
  /** Why the last attempt of this process failed; null when it did not. */
  last_error: { at: string; detail: string } | null;
  items: Backup[];
}
