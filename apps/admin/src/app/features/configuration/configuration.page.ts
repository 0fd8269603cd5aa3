import { Component, computed, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { injectAddress, oneOf } from '../../core/address';
import { Dialogs } from '../../ui/dialogs';
import { LoadStateView } from '../../ui/load-state';
import { PageHeader } from '../../ui/page-header';
import { DeliveryPanel } from './delivery.panel';
import { EditPanel } from './edit.panel';
import { EffectivePanel } from './effective.panel';
import { HistoryPanel } from './history.panel';
import type { LevelKind } from './level';
import { LevelPicker } from './level-picker';
import { LevelStore } from './level.store';

const WORDS: Readonly<Record<LevelKind, { heading: string; description: string }>> = {
  fleet: {
    heading: 'Configuration of the whole fleet',
    description:
      'Defaults for every orchestrator, and the JSON Schemas for features and session_config. Organizations and orchestrators override the defaults.',
  },
  organization: {
    heading: 'Settings of',
    description:
      'They override the fleet’s defaults for every orchestrator of the organization. null removes a value.',
  },
  orchestrator: {
    heading: 'Configuration of',
    description:
      'The orchestrator’s own values override its organization’s settings and the fleet’s defaults.',
  },
};
const VIEWS = ['edit', 'effective', 'history'] as const;
const VIEW_LABELS = { edit: 'Edit', effective: 'Effective values', history: 'History' } as const;

/** One level of the configuration: its content, its delivery, and its history. */
@Component({
  selector: 'mc-configuration-page',
  imports: [
    DeliveryPanel,
    EditPanel,
    EffectivePanel,
    HistoryPanel,
    LevelPicker,
    LoadStateView,
    PageHeader,
    RouterLink,
  ],
  providers: [LevelStore],
  template: `
    <mc-page-header [heading]="heading()" [description]="words().description">
      @if (subject(); as link) {
        <a [routerLink]="link">Open the {{ kind() }}</a>
      }
    </mc-page-header>
    <mc-level-picker [level]="store.level()" />
    <section class="mc-panel" aria-label="Delivery">
      <mc-delivery-panel />
    </section>
    <nav class="mc-segments" aria-label="Views">
      @for (one of views(); track one) {
        <a
          routerLink="."
          [queryParams]="{ view: one === 'edit' ? null : one }"
          [attr.aria-current]="one === view() ? 'page' : null"
          >{{ labels[one] }}</a
        >
      }
    </nav>
    @switch (view()) {
      @case ('edit') {
        <mc-load-state [of]="store.read" shape="block" [count]="1" />
        @if (store.base()) {
          <mc-edit-panel />
        }
      }
      @case ('effective') {
        <mc-effective-panel />
      }
      @case ('history') {
        <mc-history-panel />
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 14px;
      min-width: 0;
    }
    mc-load-state:empty {
      display: none;
    }
    mc-page-header {
      margin-bottom: 0;
    }
    .mc-segments {
      justify-self: start;
    }
  `,
  host: { '(window:beforeunload)': 'onUnload($event)' },
})
export class ConfigurationPage {
  private readonly dialogs = inject(Dialogs);
  private readonly address = injectAddress();

  /** From the route. */
  readonly kind = input.required<LevelKind>();
  /** From the URL. */
  readonly id = input('', { transform: (id: string | undefined) => id ?? '' });

  protected readonly store = inject(LevelStore);
  protected readonly labels = VIEW_LABELS;
  protected readonly words = computed(() => WORDS[this.kind()]);
  protected readonly heading = computed(() => `${this.words().heading} ${this.id()}`.trim());
  protected readonly views = computed(() =>
    VIEWS.filter((view) => view !== 'effective' || this.kind() === 'orchestrator'),
  );
  protected readonly view = computed(() => oneOf(this.views(), this.address.params()['view']) ?? 'edit');
  protected readonly subject = computed(() =>
    this.kind() === 'fleet' ? null : [`/${this.kind()}s`, this.id()],
  );

  constructor() {
    effect(() => this.store.show(this.kind(), this.id()));
  }

  /** Asks before input is lost. */
  mayLeave(): Promise<boolean> | boolean {
    if (!this.store.isChanged()) return true;
    return this.dialogs.confirm({
      title: 'Leave without saving?',
      meaning: 'Your changes are not saved and will be lost.',
      label: 'Leave',
      isDangerous: true,
    });
  }

  protected onUnload(event: BeforeUnloadEvent): void {
    if (this.store.isChanged()) event.preventDefault();
  }
}
