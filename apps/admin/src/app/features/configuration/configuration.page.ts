import { Component, computed, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { injectAddress, oneOf } from '../../core/address';
import { Dialogs } from '../../ui/dialogs';
import { LoadStateView } from '../../ui/load-state';
import { PageHeader } from '../../ui/page-header';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import { DeliveryPanel } from './delivery.panel';
import { EditPanel } from './edit.panel';
import { EffectivePanel } from './effective.panel';
import { HistoryPanel } from './history.panel';
import type { LevelKind } from './level';
import { LevelPicker } from './level-picker';
import { LevelStore } from './level.store';

const TEXTS = CONFIGURATION_TEXTS.page;

const WORDS: Readonly<Record<LevelKind, { heading: string; description: string }>> = {
  fleet: {
    heading: TEXTS.fleetHeading,
    description: TEXTS.fleetDescription,
  },
  organization: {
    heading: TEXTS.settingsOf,
    description: TEXTS.organizationDescription,
  },
  orchestrator: {
    heading: TEXTS.configurationOf,
    description: TEXTS.orchestratorDescription,
  },
};
const VIEWS = ['edit', 'effective', 'history'] as const;
const VIEW_LABELS = { edit: TEXTS.edit, effective: TEXTS.effectiveValues, history: TEXTS.history } as const;

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
        <a [routerLink]="link">{{ texts.openThe(kind()) }}</a>
      }
    </mc-page-header>
    <mc-level-picker [level]="store.level()" />
    <section class="mc-panel" [aria-label]="texts.delivery">
      <mc-delivery-panel />
    </section>
    <nav class="mc-segments" [aria-label]="texts.views">
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
  protected readonly texts = TEXTS;

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
      title: TEXTS.leaveHeading,
      meaning: TEXTS.leaveAdvice,
      label: TEXTS.leave,
      isDangerous: true,
    });
  }

  protected onUnload(event: BeforeUnloadEvent): void {
    if (this.store.isChanged()) event.preventDefault();
  }
}
