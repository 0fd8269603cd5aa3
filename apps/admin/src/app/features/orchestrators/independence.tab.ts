import { Component, computed, inject, signal } from '@angular/core';
import type { IndependenceGrant, IndependenceObservationKind } from '@moolai/contracts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { duration } from '../../core/time/relative-time';
import { ServerClock } from '../../core/time/server-clock';
import { EmptyState } from '../../ui/empty-state';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { Pager } from '../../ui/pager';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.independenceTab;

const PAGE_SIZE = 20;

const WORDS: Readonly<Record<IndependenceObservationKind, string>> = {
  link_lost: TEXTS.linkLost,
  link_back: TEXTS.linkBack,
  ttl_exceeded: TEXTS.heartbeatsOverdue,
  heartbeats_back: TEXTS.heartbeatsBack,
};

/** All independence leases, with their observations. */
@Component({
  selector: 'mc-independence-tab',
  imports: [EmptyState, LoadStateView, Moment, Pager],
  template: `
    <mc-load-state [of]="history" [count]="3" />
    @if (history.value(); as page) {
      @if (page.total === 0) {
        <mc-empty-state [heading]="texts.neverIndependent" icon="diamond">
          {{ texts.neverIndependentHint }}
        </mc-empty-state>
      } @else {
        <div class="bar">
          <mc-pager
            [label]="texts.pages"
            [page]="page.page"
            [pageSize]="page.page_size"
            [total]="page.total"
            (go)="pageNumber.set($event)"
          />
        </div>
        <ol class="grants" [aria-label]="texts.periodsOfIndependence">
          @for (grant of page.items; track grant.id) {
            <li class="mc-panel">
              <div class="grant-head">
                <strong>{{ grant.ended_at === null ? texts.independentNow : texts.wasIndependent }}</strong>
                <span class="mc-figures">{{ texts.for(lengthOf(grant)) }}</span>
                <span class="mc-muted">
                  {{ grant.source === 'organization' ? texts.inherited : texts.setHere }}
                </span>
              </div>
              <p>{{ grant.reason ?? texts.noReason }}</p>
              <p class="mc-muted">
                {{ texts.switchedOn }} <mc-moment [value]="grant.started_at" />
                {{ texts.by(grant.started_by) }}
                @if (grant.ended_at) {
                  {{ texts.ended }} <mc-moment [value]="grant.ended_at" />
                  {{
                    grant.ended_by === null || grant.ended_by === 'system'
                      ? texts.automatically
                      : texts.endedBy(grant.ended_by)
                  }}.
                } @else if (grant.expires_at) {
                  {{ texts.expires }} <mc-moment [value]="grant.expires_at" />.
                } @else {
                  {{ texts.doesNotExpire }}
                }
              </p>
              @if (grant.observations.length > 0) {
                <ul class="observations" [aria-label]="texts.observations">
                  @for (seen of grant.observations; track $index) {
                    <li>
                      <mc-moment class="mc-muted" [value]="seen.at" />
                      <strong>{{ words[seen.kind] }}</strong>
                      <span>{{ seen.detail }}</span>
                    </li>
                  }
                </ul>
              }
            </li>
          }
        </ol>
      }
    }
  `,
  styleUrl: './tabs.scss',
})
export class IndependenceTab {
  protected readonly texts = TEXTS;

  private readonly store = inject(OrchestratorStore);
  private readonly nowMs = inject(ServerClock).nowMs;

  protected readonly words = WORDS;
  protected readonly pageNumber = signal(1);
  private readonly call = computed(() => {
    const id = this.store.id();
    const query = { page: this.pageNumber(), page_size: PAGE_SIZE };
    return id === undefined ? undefined : { path: { id }, query };
  });
  protected readonly history = apiResource(API.listIndependenceHistory, () => this.call(), {
    keepsOld: true,
    reloadOn: ({ type, orchestrator_id: id }) => type === 'independence.changed' && id === this.store.id(),
  });

  protected lengthOf({ started_at, ended_at }: IndependenceGrant): string {
    const endMs = ended_at === null ? this.nowMs() : Date.parse(ended_at);
    return duration((endMs - Date.parse(started_at)) / 1_000);
  }
}
