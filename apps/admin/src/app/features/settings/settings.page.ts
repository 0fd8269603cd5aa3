import { Component, computed, inject } from '@angular/core';
import { AuthStore } from '../../core/auth/auth.store';
import { THEMES, ThemeStore } from '../../core/theme/theme.store';
import { TIME_ZONES, TimeZoneStore } from '../../core/time/time-zone.store';
import { PageHeader } from '../../ui/page-header';
import { PasswordPanel } from './password.panel';
import { SessionsPanel } from './sessions.panel';
import { SETTINGS_TEXTS } from './settings.texts';
import { SystemPanel } from './system.panel';

const TEXTS = SETTINGS_TEXTS.page;

const THEME_LABELS = {
  system: TEXTS.system,
  light: TEXTS.light,
  dark: TEXTS.dark,
} as const;
const ZONE_LABELS = { local: TEXTS.localTime, utc: 'UTC' } as const;

/** The user's account and preferences, and the controller's health. */
@Component({
  selector: 'mc-settings-page',
  imports: [PageHeader, PasswordPanel, SessionsPanel, SystemPanel],
  template: `
    <mc-page-header [heading]="texts.heading" [description]="texts.description" />
    <div class="grid">
      <div class="column">
        <section class="mc-panel" aria-labelledby="account">
          <h2 id="account">{{ texts.account }}</h2>
          @if (user(); as person) {
            <dl class="mc-facts">
              <div>
                <dt>{{ texts.signedInAs }}</dt>
                <dd>{{ person.email }}</dd>
              </div>
              <div>
                <dt>{{ texts.role }}</dt>
                <dd>{{ person.role }}</dd>
              </div>
              <div>
                <dt>{{ texts.organizations }}</dt>
                <dd>{{ places() }}</dd>
              </div>
              <div class="wide">
                <dt>{{ texts.permissions }}</dt>
                <dd class="chips">
                  @for (one of person.permissions; track one) {
                    <span class="mc-chip">{{ one }}</span>
                  }
                </dd>
              </div>
            </dl>
          }
        </section>
        <section class="mc-panel" aria-labelledby="password">
          <h2 id="password">{{ texts.password }}</h2>
          <mc-password-panel (changes)="sessions.reload()" />
        </section>
      </div>
      <div class="column">
        <section class="mc-panel" aria-labelledby="browser">
          <h2 id="browser">{{ texts.thisBrowser }}</h2>
          <div class="choices">
            <span id="theme-label">{{ texts.theme }}</span>
            <div class="mc-segments" role="group" aria-labelledby="theme-label">
              @for (theme of themes; track theme) {
                <button
                  type="button"
                  [attr.aria-pressed]="theme === themeStore.theme()"
                  (click)="themeStore.choose(theme)"
                >
                  {{ themeLabels[theme] }}
                </button>
              }
            </div>
            <span id="zone-label">{{ texts.timeZone }}</span>
            <div class="mc-segments" role="group" aria-labelledby="zone-label">
              @for (zone of zones; track zone) {
                <button
                  type="button"
                  [attr.aria-pressed]="zone === zoneStore.zone()"
                  (click)="zoneStore.choose(zone)"
                >
                  {{ zoneLabels[zone] }}
                </button>
              }
            </div>
          </div>
        </section>
        <section class="mc-panel" aria-labelledby="sessions">
          <h2 id="sessions">{{ texts.sessions }}</h2>
          <mc-sessions-panel #sessions />
        </section>
        <section class="mc-panel" aria-labelledby="system">
          <h2 id="system">{{ texts.systemStatus }}</h2>
          <mc-system-panel />
        </section>
      </div>
    </div>
  `,
  styles: `
    .grid {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
      align-items: start;
      gap: 16px;
    }
    .column {
      display: grid;
      gap: 16px;
      min-width: 0;
    }
    h2 {
      margin-bottom: 12px;
    }
    .wide {
      grid-column: 1 / -1;
    }
    .chips {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
    }
    .choices {
      display: grid;
      justify-items: start;
      gap: 6px;
    }
    .choices span {
      font-size: var(--mc-text-sm);
      font-weight: 550;
    }
    .choices .mc-segments {
      margin-bottom: 10px;
    }
  `,
})
export class SettingsPage {
  protected readonly texts = TEXTS;

  protected readonly user = inject(AuthStore).user;
  protected readonly themeStore = inject(ThemeStore);
  protected readonly zoneStore = inject(TimeZoneStore);
  protected readonly themes = THEMES;
  protected readonly themeLabels = THEME_LABELS;
  protected readonly zones = TIME_ZONES;
  protected readonly zoneLabels = ZONE_LABELS;
  protected readonly places = computed(() => this.user()?.organization_ids?.join(', ') ?? 'all');
}
