import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Backup, Backups } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import type { DatabaseConnection } from '../../platform/database/connection.js';
import { DATABASE_CONNECTION } from '../../platform/database/database.module.js';
import { whileNobodyElse } from '../../platform/database/dump/backup-lock.js';
import { dropScratchLeftovers } from '../../platform/database/dump/scratch-database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { settleWithin } from '../../platform/process/settle-within.js';
import { ProcessInfo } from '../../platform/process-info.js';
import { AuditTrail } from '../audit/index.js';
import { InstanceLease } from '../instances/index.js';
import { BackupFiles } from './backup-files.js';
import { BackupMaker } from './backup-maker.js';
import { BackupMetrics } from './backup.metrics.js';

const CHECK_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
/** How long a shutdown waits for an aborted backup. */
const STOP_TIMEOUT_MS = 3_000;

/** Scheduled and manual backups, one at a time. */
@Injectable()
export class BackupsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly files: BackupFiles | undefined;
  private readonly maker: BackupMaker;
  private readonly stopping = new AbortController();
  private readonly checks: Recurring;
  private running: Promise<Backup | undefined> | undefined;
  private lastError: Backups['last_error'] = null;
  private lastFailureMs = -Infinity;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly metrics: BackupMetrics,
    private readonly lease: InstanceLease,
    { version }: ProcessInfo,
  ) {
    const { dataDir, configDir, backup } = settings;
    const { dir, passphrase } = backup;
    this.files = dir === undefined ? undefined : new BackupFiles(dir);
    const failure = 'backups could not be checked';
    this.checks = new Recurring({
      everyMs: CHECK_EVERY_MS,
      work: () => this.runScheduled(),
      logger,
      failure,
    });
    this.maker = new BackupMaker({ connection, dataDir, configDir, passphrase, version, clock });
  }

  /** All backups, and the schedule. */
  async overview(): Promise<Backups> {
    const { intervalHours, keepCount, keepDays, passphrase } = this.settings.backup;
    // Before the list is read, so that a caller who sees no running backup also sees the result of the last one.
    const running = this.running !== undefined;
    const { items, problem } = await this.listBackups();
    return {
      enabled: this.files !== undefined,
      interval_hours: intervalHours,
      keep_count: keepCount,
      keep_days: keepDays,
      encrypted: passphrase !== undefined,
      running,
      next_at: this.files ? new Date(this.dueMs(items)).toISOString() : null,
      last_error: problem ?? this.lastError,
      items,
    };
  }

  /** Lists the backups. An unreadable directory, for example an unmounted one, is reported as a problem. */
  private async listBackups(): Promise<{ items: Backup[]; problem?: Backups['last_error'] }> {
    try {
      return { items: (await this.files?.list()) ?? [] };
    } catch (error) {
      const at = this.clock.now().toISOString();
      return { items: [], problem: { at, detail: (error as Error).message } };
    }
  }

  /** Starts a backup without waiting for it, unless one is running. */
  async start(actor: Actor): Promise<Backups> {
    const { files } = this;
    if (!files) throw new AppError('conflict', 'BACKUP_DIR is not set: there is no place for backups.');
    if (!this.running) {
      const name = this.maker.nextName();
      const recorded = this.audit.record({
        actor,
        action: 'backup.started',
        organizationId: null,
        target: { type: 'backup', id: name },
        after: { name, encrypted: this.settings.backup.passphrase !== undefined },
      });
      // Records the start first; a concurrent caller finds the backup running.
      void this.launch(files, name, recorded).catch(() => undefined);
      await recorded;
    }
    return this.overview();
  }

  /** Makes a backup when it is due. Checks every minute, so that restarts do not postpone it. */
  async runScheduled(): Promise<void> {
    const { files } = this;
    if (!files || this.running || !this.lease.isScheduler) return;
    try {
      if (this.clock.nowMs() < this.dueMs(await files.list())) return;
      await this.launch(files, this.maker.nextName());
    } catch (error) {
      this.fail(error as Error);
    }
  }

  onApplicationBootstrap(): void {
    this.checks.start();
    // A process killed during a verification left a scratch database behind.
    dropScratchLeftovers(this.connection).catch((error: Error) =>
      this.logger.debug(`scratch databases could not be searched for: ${error.message}`),
    );
  }

  /** Aborts a running backup, because an incomplete one is useless. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    // Not awaited: a check that makes a backup is what the next line waits for.
    void this.checks.stop();
    if (this.running) await settleWithin(this.running, STOP_TIMEOUT_MS);
  }

  private dueMs(backups: readonly Backup[]): number {
    const intervalMs = this.settings.backup.intervalHours * HOUR_MS;
    // A backup from the future was made before the clock was set back; it must not postpone later ones.
    const newest = backups.find(({ created_at }) => Date.parse(created_at) <= this.clock.nowMs());
    const dueMs = newest ? Date.parse(newest.created_at) + intervalMs : this.clock.nowMs();
    // A failed backup is retried, but not every minute.
    return this.lastError ? Math.max(dueMs, this.clock.wallAt(this.lastFailureMs) + HOUR_MS) : dueMs;
  }

  /** One at a time, even for concurrent callers. */
  private launch(
    files: BackupFiles,
    name: string,
    before: Promise<void> = Promise.resolve(),
  ): Promise<Backup | undefined> {
    this.running ??= before.then(() => this.run(files, name)).finally(() => (this.running = undefined));
    return this.running;
  }

  private async run(files: BackupFiles, name: string): Promise<Backup | undefined> {
    try {
      const backup = await whileNobodyElse(this.connection, () => this.makeAndVerify(files, name));
      if (!backup) this.logger.info('another process is making a backup of this database');
      else if (backup.verification === 'failed') this.fail(new Error(`not verified: ${backup.detail}`));
      else this.succeed();
      return backup;
    } catch (error) {
      if (!this.stopping.signal.aborted) this.fail(error as Error);
      return undefined;
    }
  }

  private async makeAndVerify(files: BackupFiles, name: string): Promise<Backup> {
    const { signal } = this.stopping;
    await this.maker.removeLeftovers(files.dir);
    const made = await this.maker.make(files.dir, name, signal);
    const backup = await this.maker.verify(files.dir, made, signal);
    const { size_bytes, rows, tables, verification } = backup;
    this.logger.info({ name, size_bytes, rows, tables, verification }, 'made a backup');
    const removed = await files.prune(this.clock.nowMs(), this.settings.backup);
    if (removed.length > 0) this.logger.info({ removed }, 'removed expired backups');
    return backup;
  }

  private succeed(): void {
    this.lastError = null;
    this.metrics.finished('verified');
  }

  private fail(error: Error): void {
    this.metrics.finished('failed');
    this.lastFailureMs = this.clock.monotonicMs();
    this.lastError = { at: this.clock.now().toISOString(), detail: error.message };
    this.logger.error({ err: error }, 'the backup failed');
  }
}
