import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSnackBar } from '@angular/material/snack-bar';
import { RouterLink } from '@angular/router';
import type { CredentialState } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ActivityList } from '../../ui/activity-list';
import type { Tone } from '../../ui/axes';
import { Dialogs } from '../../ui/dialogs';
import { Icon } from '../../ui/icon';
import type { IconName } from '../../ui/icon-paths';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.credentialsTab;

const RECENT = 5;
const TOAST_MS = 8_000;

/** State of a credential, as a label and a sentence. */
interface CredentialLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly label: string;
  readonly hint: string;
}

/** State of an orchestrator's credential. */
export function credentialLook({
  has_credential,
  rotation_pending,
  revoked_at,
}: CredentialState): CredentialLook {
  if (revoked_at !== null) {
    const hint = TEXTS.revokedHint;
    return { icon: 'problem', tone: 'bad', label: TEXTS.revoked, hint };
  }
  if (!has_credential) {
    const hint = TEXTS.noneHint;
    return { icon: 'minus', tone: 'calm', label: TEXTS.none, hint };
  }
  if (rotation_pending) {
    const hint = TEXTS.rotationPendingHint;
    return { icon: 'clock', tone: 'own', label: TEXTS.rotationPending, hint };
  }
  return { icon: 'check', tone: 'good', label: TEXTS.valid, hint: TEXTS.validHint };
}

/** The orchestrator's credential, quarantine and refusals. */
@Component({
  selector: 'mc-credentials-tab',
  imports: [ActivityList, Icon, LoadStateView, MatButton, Moment, RouterLink],
  templateUrl: './credentials.tab.html',
  styleUrl: './credentials.tab.scss',
})
export class CredentialsTab {
  protected readonly texts = TEXTS;

  private readonly store = inject(OrchestratorStore);
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);

  protected readonly permissions = inject(Permissions);
  protected readonly one = this.store.one;
  protected readonly look = computed(() => {
    const one = this.one();
    return one ? credentialLook(one.credential) : null;
  });
  protected readonly refusals = apiResource(
    API.listActivity,
    () => {
      const id = this.store.id();
      if (id === undefined) return undefined;
      return { query: { orchestrator_id: id, type: 'orchestrator.refused' as const, page_size: RECENT } };
    },
    {
      reloadOn: ({ type, orchestrator_id: id }) => type === 'orchestrator.refused' && id === this.store.id(),
    },
  );

  protected async rotate(id: string): Promise<void> {
    let isOffered = false;
    const isDone = await this.dialogs.confirm({
      title: TEXTS.confirmRotate(id),
      meaning: TEXTS.rotateAdvice,
      label: TEXTS.rotate,
      act: async () => {
        isOffered = (await this.api.call(API.rotateCredential, { path: { id } })).offered;
      },
    });
    if (!isDone) return;
    this.say(isOffered ? TEXTS.rotationSent : TEXTS.rotationLater);
  }

  protected async revoke(id: string): Promise<void> {
    const isDone = await this.dialogs.confirm({
      title: TEXTS.confirmRevoke(id),
      meaning: TEXTS.revokeAdvice,
      label: TEXTS.revoke,
      typed: id,
      isDangerous: true,
      act: () => this.api.call(API.revokeCredential, { path: { id } }),
    });
    if (isDone) this.say(TEXTS.credentialRevoked(id));
  }

  protected async release(id: string): Promise<void> {
    const isDone = await this.dialogs.confirm({
      title: TEXTS.confirmRelease(id),
      meaning: TEXTS.releaseAdvice,
      label: TEXTS.release,
      act: () => this.api.call(API.releaseFromQuarantine, { path: { id } }),
    });
    if (isDone) this.say(TEXTS.released(id));
  }

  private say(words: string): void {
    this.store.read.reload();
    this.toasts.open(words, TEXTS.close, { duration: TOAST_MS });
  }
}
