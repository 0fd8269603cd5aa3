import { Component, computed, DOCUMENT, effect, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { PAGE_SIZE_MAX } from '@moolai/contracts';
import { API, orchestratorSocketUrl } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { CodeBlock } from '../../ui/code-block';
import { ErrorPanel } from '../../ui/error-panel';
import { PageHeader } from '../../ui/page-header';
import { ArrivalPanel } from './arrival-panel';
import { ArrivalStore } from './arrival.store';
import { snippetsFor, type Snippet } from './snippets';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;
const FIRST_ID = 'my-orchestrator';
const FIRST_ORGANIZATION = 'org-001';

/** From nothing to the first orchestrator: who it is, a command to run, and a panel that waits for it. */
@Component({
  selector: 'mc-connect-page',
  imports: [ArrivalPanel, CodeBlock, ErrorPanel, PageHeader, RouterLink],
  providers: [ArrivalStore],
  templateUrl: './connect.page.html',
  styleUrl: './connect.page.scss',
})
export class ConnectPage {
  private readonly socketUrl = orchestratorSocketUrl(inject(DOCUMENT).location);
  private readonly store = inject(ArrivalStore);

  private readonly organizations = apiResource(API.organizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  protected readonly orchestratorId = signal(FIRST_ID);
  protected readonly organizationId = signal(FIRST_ORGANIZATION);
  protected readonly token = signal('');
  protected readonly chosen = signal<Snippet['id']>('node');
  protected readonly arrival = this.store.arrival;
  protected readonly failure = this.store.failure;

  /** Those that there are; the first one of a new controller comes into being by a registration. */
  protected readonly choices = computed(() => {
    const known = this.organizations.value()?.items.filter(({ is_active }) => is_active) ?? [];
    const choices = known.map(({ organization_id: id, name }) => ({
      id,
      label: name && name !== id ? `${name} (${id})` : id,
    }));
    const isThere = choices.some(({ id }) => id === FIRST_ORGANIZATION);
    return isThere || known.length > 0 ? choices : [{ id: FIRST_ORGANIZATION, label: FIRST_ORGANIZATION }];
  });
  protected readonly isIdWrong = computed(() => !ID.test(this.orchestratorId()));
  protected readonly snippets = computed(() =>
    snippetsFor({
      socketUrl: this.socketUrl,
      orchestratorId: this.orchestratorId(),
      organizationId: this.organizationId(),
      token: this.token().trim(),
    }),
  );
  protected readonly snippet = computed(() => this.snippets().find(({ id }) => id === this.chosen()));

  constructor() {
    effect(() => {
      const [orchestratorId, organizationId] = [this.orchestratorId(), this.organizationId()];
      this.store.await(this.isIdWrong() ? undefined : { orchestratorId, organizationId });
    });
    // Whoever sees only some organizations cannot choose the first one.
    effect(() => {
      const [first] = this.choices();
      const isThere = this.choices().some(({ id }) => id === this.organizationId());
      if (first && !isThere && this.organizations.value()) this.organizationId.set(first.id);
    });
  }

  protected retry(): void {
    this.store.retry();
  }
}
