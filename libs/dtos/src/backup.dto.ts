import { BACKUP_VERIFICATIONS, type Backup, type Backups, type BackupVerification } from '@moolai/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { LARGE_INTEGER } from './count-schema.js';

/** One backup. */
export class BackupDto implements Backup {
  @ApiProperty({ example: 'moolai-backup-2026-11-24T02-00-00-000Z.tar.gz.enc' })
  name: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T02:00:00.000Z' })
  created_at: string;

  @ApiProperty({ ...LARGE_INTEGER, example: 1048576 })
  size_bytes: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'SHA-256 of the file.',
  })
  sha256: string | null;

  @ApiProperty({ example: true })
  encrypted: boolean;

  @ApiProperty({ type: String, enum: ['pg_dump', 'copy'], nullable: true, example: 'copy' })
  method: 'pg_dump' | 'copy' | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 24 })
  tables: number | null;

  @ApiProperty({ ...LARGE_INTEGER, nullable: true, example: 10500 })
  rows: number | null;

  @ApiProperty({
    enum: BACKUP_VERIFICATIONS,
    example: 'verified',
    description: 'Verified: restored into a scratch database, and every count and checksum was the same.',
  })
  verification: BackupVerification;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T02:00:07.000Z' })
  verified_at: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'permission denied to create database',
    description: 'Why it could not be verified.',
  })
  detail: string | null;
}

/** The backups, newest first, and how new ones are made. */
export class BackupsDto implements Backups {
  @ApiProperty({ example: true, description: 'False without `BACKUP_DIR`.' })
  enabled: boolean;

  @ApiProperty({ type: 'integer', example: 24 })
  interval_hours: number;

  @ApiProperty({ type: 'integer', example: 14 })
  keep_count: number;

  @ApiProperty({ type: 'integer', example: 30 })
  keep_days: number;

  @ApiProperty({ example: true, description: 'Whether new ones are encrypted.' })
  encrypted: boolean;

  @ApiProperty({ example: false, description: 'One is being made or verified.' })
  running: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-25T02:00:00.000Z' })
  next_at: string | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    required: ['at', 'detail'],
    selfRequired: true,
    properties: {
      at: { type: 'string', format: 'date-time', example: '2026-11-24T02:00:00.000Z' },
      detail: { type: 'string', example: 'no space left on device' },
    },
    description: 'Why the last attempt of this process failed.',
  })
  last_error: Backups['last_error'];

  @ApiProperty({ type: [BackupDto] })
  items: BackupDto[];
}
