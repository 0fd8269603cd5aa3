import { Inject, Injectable } from '@nestjs/common';
import type { Backup } from '@moolai/contracts';
import type { Counter } from 'prom-client';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { Metrics, type Reading } from '../../platform/metrics/metrics.js';
import { BackupFiles } from './backup-files.js';

/** Result of a backup attempt. */
export type BackupResult = 'verified' | 'failed';

/**
 * Metrics of scheduled backups; none without a schedule. Read from the files, so that a restart keeps them and a
 * missing directory is noticed.
 */
@Injectable()
export class BackupMetrics {
  private readonly backups: Counter<'result'>;
  private readonly files: BackupFiles | undefined;
  private listing: Promise<Backup[]> | undefined;

  constructor(metrics: Metrics, @Inject(SETTINGS) { backup: { dir, intervalHours } }: Settings) {
    this.files = dir === undefined ? undefined : new BackupFiles(dir);
    metrics.readGauge(
      { name: 'moolai_backup_interval_seconds', help: 'Interval of scheduled backups.' },
      () => (this.files ? [{ value: intervalHours * 3_600 }] : []),
    );
    metrics.readGauge(
      {
        name: 'moolai_backup_last_verified_timestamp_seconds',
        help: 'When the newest verified backup was made; 0 if there is none.',
      },
      async () => {
        const good = (await this.list())?.find(({ verification }) => verification === 'verified');
        return this.reading(good ? Date.parse(good.created_at) / 1_000 : 0);
      },
    );
    metrics.readGauge(
      {
        name: 'moolai_backup_last_verified',
        help: '1 if the newest backup was verified, 0 if not, or not yet.',
      },
      async () => this.reading((await this.list())?.[0]?.verification === 'verified' ? 1 : 0),
    );
    metrics.readGauge(
      { name: 'moolai_backup_last_size_bytes', help: 'Size of the newest backup; 0 if there is none.' },
      async () => this.reading((await this.list())?.[0]?.size_bytes ?? 0),
    );
    this.backups = metrics.counter({
      name: 'moolai_backups_total',
      help: 'Backups that this process started, by result.',
      labelNames: ['result'],
    });
    for (const result of ['verified', 'failed'] as const) this.backups.inc({ result }, 0);
  }

  finished(result: BackupResult): void {
    this.backups.inc({ result });
  }

  private reading(value: number): Reading[] {
    return this.files ? [{ value }] : [];
  }

  /** Newest first. One listing serves all metrics of one reading; undefined if it fails. */
  private list(): Promise<Backup[]> | undefined {
    this.listing ??= this.files
      ?.list()
      .catch(() => [])
      .finally(() => (this.listing = undefined));
    return this.listing;
  }
}
