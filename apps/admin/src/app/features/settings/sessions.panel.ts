import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSnackBar } from '@angular/material/snack-bar';
import type { UserSession } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { detailOf, sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure } from '../../core/http/request-failure';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { SETTINGS_TEXTS } from './settings.texts';
import { browserName } from './user-agent';

/** The user's sessions; each but the current one can be ended. */
@Component({
  selector: 'mc-sessions-panel',
  imports: [LoadStateView, MatButton, Moment],
  template: `
    <mc-load-state [of]="sessions" [count]="2" />
    <ul [aria-label]="texts.sessions">
      @for (row of rows(); track row.session.session_id) {
        @let session = row.session;
        <li>
          <div class="words">
            <strong [title]="session.user_agent ?? ''">{{ row.browser }}</strong>
            @if (session.is_current) {
              <span class="mc-chip">{{ texts.thisSession }}</span>
            }
            <div class="about">
              <span class="mc-mono">{{ session.address ?? texts.unknownAddress }}</span>
              <span>{{ texts.used }} <mc-moment [value]="session.last_used_at" /></span>
              <span>{{ texts.since }} <mc-moment [value]="session.created_at" /></span>
            </div>
          </div>
          @if (!session.is_current) {
            <button
              matButton
              type="button"
              [attr.aria-label]="texts.endSession(row.browser)"
              [disabled]="ending().has(session.session_id)"
              (click)="end(session)"
            >
              {{ texts.end }}
            </button>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 10px 0;
    }
    li + li {
      border-top: 1px solid var(--mc-line);
    }
    .words {
      flex: 1;
      min-width: 0;
    }
    .mc-chip {
      margin-left: 8px;
    }
    .about {
      display: flex;
      flex-wrap: wrap;
      gap: 0 12px;
      font-size: var(--mc-text-sm);
      color: var(--mc-muted);
    }
  `,
})
export class SessionsPanel {
  protected readonly texts = SETTINGS_TEXTS.sessionsPanel;

  private readonly api = inject(ApiClient);
  private readonly toasts = inject(MatSnackBar);

  protected readonly sessions = apiResource(API.listSessions, () => ({}));
  protected readonly ending = signal<ReadonlySet<string>>(new Set());
  protected readonly rows = computed(() =>
    (this.sessions.value() ?? []).map((session) => ({ session, browser: browserName(session.user_agent) })),
  );

  reload(): void {
    this.sessions.reload();
  }

  protected async end({ session_id: id }: UserSession): Promise<void> {
    this.ending.update((ids) => new Set([...ids, id]));
    try {
      await this.api.call(API.endSession, { path: { id } });
      this.sessions.patch((all) => all.filter((one) => one.session_id !== id));
    } catch (error) {
      const failure = toRequestFailure(error);
      this.toasts.open(
        detailOf(failure) || `${sentenceFor(failure).title}.`,
        SETTINGS_TEXTS.sessionsPanel.close,
      );
      this.sessions.reload();
    } finally {
      this.ending.update((ids) => new Set([...ids].filter((one) => one !== id)));
    }
  }
}
