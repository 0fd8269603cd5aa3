import { JsonPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CodeBlock } from '../../ui/code-block';
import { Moment } from '../../ui/moment';
import { StateBadge } from '../../ui/state-badge';
import { OrchestratorStore } from './orchestrator.store';

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
    const stateOf = (secret: string | null): string => (secret === null ? 'not set' : 'set');
    return [
      { term: 'Database address', value: stateOf(one.database_url) },
      { term: 'Redis address', value: stateOf(one.redis_url) },
      { term: 'Environment variables', value: names.length > 0 ? `set: ${names.join(', ')}` : 'not set' },
    ];
  });
  /** Set fields of the description. */
  protected readonly facts = computed<readonly Fact[]>(() => {
    const one = this.one();
    if (!one) return [];
    const all: [string, string | null][] = [
      ['Internal address', one.internal_url],
      ['Image', one.image_name],
      ['Container', one.container_id],
      ['Phoenix endpoint', one.phoenix_endpoint],
      ['Administrator', one.admin_email],
      ['Support', one.support_email],
      ['Website', one.website],
    ];
    return all.flatMap(([term, value]) => (value === null || value === '' ? [] : [{ term, value }]));
  });
}
