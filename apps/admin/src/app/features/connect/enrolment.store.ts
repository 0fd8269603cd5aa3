import { computed, inject, Injectable, signal } from '@angular/core';
import type { CreatedEnrolmentToken } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { ServerClock } from '../../core/time/server-clock';
import { CONNECT_TEXTS } from './connect.texts';

const GOOD_FOR_MS = 24 * 3_600_000;

/** The enrolment token in the command: pasted, or created here for one orchestrator. */
@Injectable()
export class EnrolmentStore {
  private readonly api = inject(ApiClient);
  private readonly clock = inject(ServerClock);
  private readonly current = signal('');
  private readonly latest = signal<CreatedEnrolmentToken | null>(null);
  private readonly making = signal(false);
  private readonly problem = signal<RequestFailure | null>(null);

  readonly token = this.current.asReadonly();
  /** The token created here, while it is in use. */
  readonly made = computed(() => {
    const made = this.latest();
    return made?.token === this.current() ? made : null;
  });
  readonly isMaking = this.making.asReadonly();
  readonly failure = this.problem.asReadonly();
  readonly failureTitle = computed(() => {
    const failure = this.problem();
    return failure ? sentenceFor(failure).title : '';
  });

  paste(token: string): void {
    this.problem.set(null);
    this.current.set(token);
  }

  /** A token created here is not valid for another organization. */
  organizationChanged(organizationId: string): void {
    this.problem.set(null);
    const made = this.made();
    if (made && made.organization_id !== organizationId) this.current.set('');
  }

  /** @param isNew the organization does not exist yet, and is created first */
  async make(organizationId: string, orchestratorId: string, isNew: boolean): Promise<void> {
    if (this.making()) return;
    this.problem.set(null);
    this.making.set(true);
    try {
      if (isNew) {
        const organization = { organization_id: organizationId, name: organizationId };
        await this.api.call(API.createOrganization, { body: organization });
      }
      const body = {
        organization_id: organizationId,
        name: CONNECT_TEXTS.enrolmentStore.firstConnectionOf(orchestratorId),
        expires_at: new Date(this.clock.nowMs() + GOOD_FOR_MS).toISOString(),
        max_uses: 1,
      };
      const made = await this.api.call(API.createEnrolmentToken, { body });
      this.latest.set(made);
      this.current.set(made.token);
    } catch (error) {
      this.problem.set(toRequestFailure(error));
    } finally {
      this.making.set(false);
    }
  }
}
