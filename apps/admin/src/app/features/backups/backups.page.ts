import { DecimalPipe } from '@angular/common';
import { Component, computed, effect, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { Backup, BackupVerification } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import type { Axis } from '../../ui/axes';
import { AxisBadge } from '../../ui/axis-badge';
import { byteSize } from '../../ui/byte-size';
import { ChangeRunner } from '../../ui/change-runner';
import { CodeBlock } from '../../ui/code-block';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { BACKUPS_TEXTS } from './backups.texts';

const TEXTS = BACKUPS_TEXTS.page;

/** Polling interval of a running backup, for which there is no event. */
const ASK_EVERY_MS = 2_000;

const VERIFICATIONS: Readonly<Record<BackupVerification, Axis>> = {
  pending: {
    icon: 'clock',
    label: TEXTS.notVerified,
    tone: 'warn',
    hint: TEXTS.notVerifiedHint,
  },
  verified: {
    icon: 'check',
    label: TEXTS.verified,
    tone: 'good',
    hint: TEXTS.verifiedHint,
  },
  failed: {
    icon: 'problem',
    label: TEXTS.verificationFailed,
    tone: 'bad',
    hint: TEXTS.verificationFailedHint,
  },
};

/** The additional texts of a row. */
function rowOf(backup: Backup) {
  return { backup, size: byteSize(backup.size_bytes), state: VERIFICATIONS[backup.verification] };
}

/** Backups: whether there is a good one, its age, and a button for a new one. */
@Component({
  selector: 'mc-backups-page',
  imports: [
    AxisBadge,
    CodeBlock,
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    Moment,
    PageHeader,
  ],
  templateUrl: './backups.page.html',
  styleUrl: './backups.page.scss',
})
export class BackupsPage {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly runner = inject(ChangeRunner);

  protected readonly backups = apiResource(API.listBackups, () => ({}), { keepsOld: true });
  protected readonly isStarting = signal(false);
  protected readonly rows = computed(() => (this.backups.value()?.items ?? []).map(rowOf));
  protected readonly newest = computed(() => this.rows()[0]);
  protected readonly newestVerified = computed(
    () => this.rows().find(({ backup }) => backup.verification === 'verified')?.backup.created_at ?? null,
  );
  protected readonly settings = 'BACKUP_DIR=/mnt/backups\nBACKUP_PASSPHRASE_FILE=/run/secrets/backup';

  constructor() {
    effect((onCleanup) => {
      if (!this.backups.value()?.running || this.backups.isLoading()) return;
      const timer = setTimeout(() => this.backups.reload(), ASK_EVERY_MS);
      onCleanup(() => clearTimeout(timer));
    });
  }

  protected async start(): Promise<void> {
    this.isStarting.set(true);
    await this.runner.run(() => this.api.call(API.startBackup, {}), TEXTS.backupStarted);
    this.isStarting.set(false);
    this.backups.reload();
  }
}
