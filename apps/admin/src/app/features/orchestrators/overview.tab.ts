import { JsonPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CodeBlock } from '../../ui/code-block';
import { Moment } from '../../ui/moment';
import { StateBadge } from '../../ui/state-badge';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.overviewTab;

interface Fact {
  readonly term: string;
  readonly value: string;
}

/** An orchestrator's description. */
@Component({
  selector: 'mc-overview-tab',
  imports: [CodeBlock, JsonPipe, Moment, RouterLink, StateBadge],
  templateUrl: './overview.tab.html',
  styleUrl: './tabs.scss',
})
export class OverviewTab {
  protected readonly texts = TEXTS;

  protected readonly one = inject(OrchestratorStore).one;

  protected readonly labels = computed(() =>
    Object.entries(this.one()?.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  );
  protected readonly hasHealth = computed(() => Object.keys(this.one()?.health_status ?? {}).length > 0);
  /** Names of existing secrets, without their values. */
  protected readonly secrets = computed<readonly Fact[]>(() => {
    const one = this.one();
    if (!one) return [];
    const names = Object.keys(one.environment_variables);
    const stateOf = (secret: string | null): string => (secret === null ? TEXTS.notSet : 'set');
    return [
      { term: TEXTS.databaseUrl, value: stateOf(one.database_url) },
      { term: TEXTS.redisUrl, value: stateOf(one.redis_url) },
      {
        term: TEXTS.environmentVariables,
        value: names.length > 0 ? TEXTS.setNames(names) : TEXTS.notSet,
      },
    ];
  });
  /** Set fields of the description. */
  protected readonly facts = computed<readonly Fact[]>(() => {
    const one = this.one();
    if (!one) return [];
    const all: [string, string | null][] = [
      [TEXTS.internalUrl, one.internal_url],
      [TEXTS.image, one.image_name],
      [TEXTS.container, one.container_id],
      [TEXTS.phoenixEndpoint, one.phoenix_endpoint],
      [TEXTS.administrator, one.admin_email],
      [TEXTS.support, one.support_email],
      [TEXTS.website, one.website],
    ];
    return all.flatMap(([term, value]) => (value === null || value === '' ? [] : [{ term, value }]));
  });
}
