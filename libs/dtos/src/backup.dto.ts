import { BACKUP_VERIFICATIONS, type Backup, type Backups, type BackupVerification } from '@moolai/contracts';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListOf,
  ObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

/** One backup. */
export class BackupDto implements Backup {
  @TextField({ example: 'moolai-backup-2026-11-24T02-00-00-000Z.tar.gz.enc' })
  name: string;

  @TimeField({ example: '2026-11-24T02:00:00.000Z' })
  created_at: string;

  @IntegerField({ large: true, example: 1048576 })
  size_bytes: number;

  @TextField({
    nullable: true,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'SHA-256 of the file.',
  })
  sha256: string | null;

  @BooleanField({ example: true })
  encrypted: boolean;

  @EnumField(['pg_dump', 'copy'], { nullable: true, example: 'copy' })
  method: 'pg_dump' | 'copy' | null;

  @IntegerField({ nullable: true, example: 24 })
  tables: number | null;

  @IntegerField({ nullable: true, large: true, example: 10500 })
  rows: number | null;

  @EnumField(BACKUP_VERIFICATIONS, {
    example: 'verified',
    description: 'Verified: restored into a scratch database, and every count and checksum was the same.',
  })
  verification: BackupVerification;

  @TimeField({ nullable: true, example: '2026-11-24T02:00:07.000Z' })
  verified_at: string | null;

  @TextField({
    nullable: true,
    example: 'permission denied to create database',
    description: 'Why verification failed.',
  })
  detail: string | null;
}

/** Why a backup failed. */
export class BackupErrorDto {
  @TimeField({ example: '2026-11-24T02:00:00.000Z' })
  at: string;

  @TextField({ example: 'no space left on device' })
  detail: string;
}

/** The backups, newest first, and how new ones are made. */
export class BackupsDto implements Backups {
  @BooleanField({ example: true, description: 'False if `BACKUP_DIR` is not set.' })
  enabled: boolean;

  @IntegerField({ example: 24 })
  interval_hours: number;

  @IntegerField({ example: 14 })
  keep_count: number;

  @IntegerField({ example: 30 })
  keep_days: number;

  @BooleanField({ example: true, description: 'True if new backups are encrypted.' })
  encrypted: boolean;

  @BooleanField({ example: false, description: 'True while a backup is being made or verified.' })
  running: boolean;

  @TimeField({ nullable: true, example: '2026-11-25T02:00:00.000Z' })
  next_at: string | null;

  @ObjectField(BackupErrorDto, {
    nullable: true,
    description: "Why this process's last attempt failed.",
  })
  last_error: BackupErrorDto | null;

  @ListOf(BackupDto)
  items: BackupDto[];
}
