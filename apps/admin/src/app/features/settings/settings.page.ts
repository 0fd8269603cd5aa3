import { Component, computed, inject } from '@angular/core';
import { AuthStore } from '../../core/auth/auth.store';
import { THEMES, ThemeStore } from '../../core/theme/theme.store';
import { TIME_ZONES, TimeZoneStore } from '../../core/time/time-zone.store';
import { PageHeader } from '../../ui/page-header';
import { PasswordPanel } from './password.panel';
import { SessionsPanel } from './sessions.panel';
import { SystemPanel } from './system.panel';

const THEME_LABELS = { system: 'System', light: 'Light', dark: 'Dark' } as const;
const ZONE_LABELS = { local: 'Local time', utc: 'UTC' } as const;

/** One's own account, what one likes to see, and how the controller is. */
@Component({
  selector: 'mc-settings-page',
  imports: [PageHeader, PasswordPanel, SessionsPanel, SystemPanel],
  template: `
    <mc-page-header heading="Settings" description="Your account, this browser, and the controller." />
    <div class="grid">
      <div class="column">
        <section class="mc-panel" aria-labelledby="account">
          <h2 id="account">Account</h2>
          @if (user(); as person) {
            <dl class="mc-facts">
              <div>
                <dt>Signed in as</dt>
                <dd>{{ person.email }}</dd>
              </div>
              <div>
                <dt>Role</dt>
                <dd>{{ person.role }}</dd>
              </div>
              <div>
                <dt>Organizations</dt>
                <dd>{{ places() }}</dd>
              </div>
              <div class="wide">
                <dt>Permissions</dt>
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
          <h2 id="password">Password</h2>
          <mc-password-panel (changes)="sessions.reload()" />
        </section>
      </div>
      <div class="column">
        <section class="mc-panel" aria-labelledby="browser">
          <h2 id="browser">This browser</h2>
          <div class="choices">
            <span id="theme-label">Theme</span>
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
            <span id="zone-label">Time zone</span>
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
          <h2 id="sessions">Sessions</h2>
          <mc-sessions-panel #sessions />
        </section>
        <section class="mc-panel" aria-labelledby="system">
          <h2 id="system">System status</h2>
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
  protected readonly user = inject(AuthStore).user;
  protected readonly themeStore = inject(ThemeStore);
  protected readonly zoneStore = inject(TimeZoneStore);
  protected readonly themes = THEMES;
  protected readonly themeLabels = THEME_LABELS;
  protected readonly zones = TIME_ZONES;
  protected readonly zoneLabels = ZONE_LABELS;
  protected readonly places = computed(() => this.user()?.organization_ids?.join(', ') ?? 'all');
}
