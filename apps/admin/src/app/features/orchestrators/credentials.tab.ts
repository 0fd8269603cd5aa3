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
    const hint = 'No credential is valid any more. To register again, it needs a new enrolment token.';
    return { icon: 'problem', tone: 'bad', label: 'Revoked', hint };
  }
  if (!has_credential) {
    const hint = 'No credential issued yet. It receives one when it registers with an enrolment token.';
    return { icon: 'minus', tone: 'calm', label: 'None', hint };
  }
  if (rotation_pending) {
    const hint = 'A new credential has been issued. The old one stays valid until the new one is used.';
    return { icon: 'clock', tone: 'own', label: 'Rotation pending', hint };
  }
  return { icon: 'check', tone: 'good', label: 'Valid', hint: 'Required for every registration.' };
}

/** The orchestrator's credential, quarantine and refusals. */
@Component({
  selector: 'mc-credentials-tab',
  imports: [ActivityList, Icon, LoadStateView, MatButton, Moment, RouterLink],
  templateUrl: './credentials.tab.html',
  styleUrl: './credentials.tab.scss',
})
export class CredentialsTab {
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
    API.activity,
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
      title: `Rotate the credential of ${id}`,
      meaning:
        'The orchestrator receives a new credential immediately if it is connected, otherwise when it next registers. The current one stays valid until the new one is used.',
      label: 'Rotate',
      act: async () => {
        isOffered = (await this.api.call(API.rotateCredential, { path: { id } })).offered;
      },
    });
    if (!isDone) return;
    this.say(
      isOffered ? 'A new credential was sent.' : 'It receives a new credential when it next registers.',
    );
  }

  protected async revoke(id: string): Promise<void> {
    const isDone = await this.dialogs.confirm({
      title: `Revoke the credential of ${id}`,
      meaning:
        'Its connection is closed immediately. To register again, it needs an enrolment token created after the revocation. Also revoke any enrolment tokens that it still has.',
      label: 'Revoke',
      typed: id,
      isDangerous: true,
      act: () => this.api.call(API.revokeCredential, { path: { id } }),
    });
    if (isDone) this.say(`The credential of ${id} is revoked.`);
  }

  protected async release(id: string): Promise<void> {
    const isDone = await this.dialogs.confirm({
      title: `Release ${id} from quarantine`,
      meaning:
        'It can register again. First stop the copy and rotate or revoke the credential: two machines with the same credential would be quarantined again.',
      label: 'Release',
      act: () => this.api.call(API.releaseQuarantine, { path: { id } }),
    });
    if (isDone) this.say(`${id} is released and can register again.`);
  }

  private say(words: string): void {
    this.store.read.reload();
    this.toasts.open(words, 'Dismiss', { duration: TOAST_MS });
  }
}
