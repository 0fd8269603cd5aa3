import { Component, computed, DOCUMENT, effect, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { DEFAULT_ORGANIZATION_ID, isId, PAGE_SIZE_MAX } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { API, orchestratorSocketUrl } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { duration } from '../../core/time/relative-time';
import { ServerClock } from '../../core/time/server-clock';
import { CodeBlock } from '../../ui/code-block';
import { ErrorPanel } from '../../ui/error-panel';
import { FailureNote } from '../../ui/failure-note';
import { Icon } from '../../ui/icon';
import { PageHeader } from '../../ui/page-header';
import { ArrivalPanel } from './arrival-panel';
import { ArrivalStore } from './arrival.store';
import { CONNECT_TEXTS } from './connect.texts';
import { EnrolmentStore } from './enrolment.store';
import { snippetsFor, type Snippet } from './snippets';

const FIRST_ID = 'my-orchestrator';
/** A larger clock error is reported, because it makes times in logs and messages confusing. */
const NOTABLE_SKEW_MS = 60_000;

/** From nothing to the first orchestrator: its id, a command to run, and a panel that waits for it. */
@Component({
  selector: 'mc-connect-page',
  imports: [ArrivalPanel, CodeBlock, ErrorPanel, FailureNote, Icon, MatButton, PageHeader, RouterLink],
  providers: [ArrivalStore, EnrolmentStore],
  templateUrl: './connect.page.html',
  styleUrl: './connect.page.scss',
})
export class ConnectPage {
  protected readonly texts = CONNECT_TEXTS.page;

  private readonly socketUrl = orchestratorSocketUrl(inject(DOCUMENT).location);
  private readonly store = inject(ArrivalStore);
  private readonly asked = inject(ActivatedRoute).snapshot.queryParamMap;
  private readonly skewMs = inject(ServerClock).skewMs;

  private readonly organizations = apiResource(API.listOrganizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  protected readonly orchestratorId = signal(this.asked.get('id') ?? FIRST_ID);
  protected readonly organizationId = signal(this.asked.get('organization_id') ?? DEFAULT_ORGANIZATION_ID);
  protected readonly enrolment = inject(EnrolmentStore);
  protected readonly permissions = inject(Permissions);
  protected readonly chosen = signal<Snippet['id']>('node');
  protected readonly arrival = this.store.arrival;
  protected readonly failure = this.store.failure;

  /** Existing organizations; on a new controller a registration creates the first one. */
  protected readonly choices = computed(() => {
    const known = this.organizations.value()?.items.filter(({ is_active }) => is_active) ?? [];
    const choices = known.map(({ organization_id: id, name }) => ({
      id,
      label: name && name !== id ? `${name} (${id})` : id,
    }));
    const isThere = choices.some(({ id }) => id === DEFAULT_ORGANIZATION_ID);
    return isThere || known.length > 0
      ? choices
      : [{ id: DEFAULT_ORGANIZATION_ID, label: DEFAULT_ORGANIZATION_ID }];
  });
  /** On a new controller the first token or registration creates the organization. */
  protected readonly isOrganizationNew = computed(() => this.organizations.value()?.total === 0);
  protected readonly isIdWrong = computed(() => !isId(this.orchestratorId()));
  protected readonly snippets = computed(() =>
    snippetsFor({
      socketUrl: this.socketUrl,
      orchestratorId: this.orchestratorId(),
      organizationId: this.organizationId(),
      token: this.enrolment.token().trim(),
    }),
  );
  protected readonly snippet = computed(() => this.snippets().find(({ id }) => id === this.chosen()));

  /** The clock error of this machine; null if it is small enough. */
  protected readonly skew = computed(() => {
    const ms = this.skewMs();
    if (Math.abs(ms) < NOTABLE_SKEW_MS) return null;
    return CONNECT_TEXTS.page.clockSkew(duration(Math.abs(ms) / 1_000), ms > 0);
  });

  constructor() {
    effect(() => {
      const [orchestratorId, organizationId] = [this.orchestratorId(), this.organizationId()];
      this.store.await(this.isIdWrong() ? undefined : { orchestratorId, organizationId });
    });
    // A user of some organizations cannot use the default one.
    effect(() => {
      const [first] = this.choices();
      const isThere = this.choices().some(({ id }) => id === this.organizationId());
      if (first && !isThere && this.organizations.value()) this.organizationId.set(first.id);
    });
  }

  protected chooseOrganization(id: string): void {
    this.organizationId.set(id);
    this.enrolment.organizationChanged(id);
  }

  protected makeToken(): void {
    void this.enrolment
      .make(this.organizationId(), this.orchestratorId(), this.isOrganizationNew())
      .then(() => this.organizations.reload());
  }

  protected retry(): void {
    this.store.retry();
  }
}
