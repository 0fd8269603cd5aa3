import { resolve } from 'node:path';
import type { ReadVariable } from './oidc-settings.js';

const MIN_PASSPHRASE = 12;

/** Backups that the controller makes by itself, and how all of them are made. */
export interface BackupSettings {
  /** Absolute path; undefined for no scheduled backups. */
  dir: string | undefined;
  intervalHours: number;
  /** How many are kept at most, and how long. The newest one that was verified stays in any case. */
  keepCount: number;
  keepDays: number;
  /** Encrypts them; undefined leaves them as they are. */
  passphrase: string | undefined;
}

/**
 * Reads the settings of backups.
 * @param integer reads a whole number between two others
 * @param refuse is called with what is wrong with a variable
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
