import { resolve } from 'node:path';
import type { ReadVariable } from './oidc-settings.js';

const MIN_PASSPHRASE = 12;

/** Settings of scheduled backups and of how backups are made. */
export interface BackupSettings {
  /** Absolute path; undefined disables scheduled backups. */
  dir: string | undefined;
  intervalHours: number;
  /** Maximum number and age of backups to keep. The newest verified one always stays. */
  keepCount: number;
  keepDays: number;
  /** Encrypts backups; undefined leaves them unencrypted. */
  passphrase: string | undefined;
}

/**
 * Reads the backup settings.
 * @param integer reads a whole number within limits
 * @param refuse reports an invalid variable
 */
export function readBackup(
  read: ReadVariable,
  integer: (name: string, fallback: number, min: number, max: number) => number,
  refuse: (name: string, rule: string) => never,
): BackupSettings {
  const dir = read('BACKUP_DIR');
  const passphrase = read('BACKUP_PASSPHRASE');
  if (passphrase !== undefined && passphrase.length < MIN_PASSPHRASE) {
    refuse('BACKUP_PASSPHRASE', `must have at least ${MIN_PASSPHRASE} characters`);
  }
  return {
    dir: dir === undefined ? undefined : resolve(dir),
    intervalHours: integer('BACKUP_INTERVAL_HOURS', 24, 1, 8_760),
    keepCount: integer('BACKUP_KEEP_COUNT', 14, 1, 10_000),
    keepDays: integer('BACKUP_KEEP_DAYS', 30, 1, 36_500),
    passphrase,
  };
}
