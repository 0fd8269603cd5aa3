import { Component, computed, inject, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';
import { SETTINGS_TEXTS } from './settings.texts';

type State =
  | { readonly name: 'idle' | 'saving' | 'saved' }
  | { readonly name: 'refused'; readonly failure: RequestFailure };

/** Changes the user's own password. */
@Component({
  selector: 'mc-password-panel',
  imports: [FailureNote, MatButton],
  template: `
    @let now = state();
    <form (submit)="save($event)">
      <div class="mc-field">
        <label for="own-current">{{ texts.currentPassword }}</label>
        <input
          #old
          id="own-current"
          class="mc-input"
          type="password"
          autocomplete="current-password"
          [value]="current()"
          (input)="current.set(old.value)"
        />
      </div>
      <div class="mc-field">
        <label for="own-next">{{ texts.newPassword }}</label>
        <input
          #fresh
          id="own-next"
          class="mc-input"
          type="password"
          autocomplete="new-password"
          aria-describedby="own-next-hint"
          [attr.maxlength]="longest"
          [attr.aria-invalid]="isShort()"
          [value]="next()"
          (input)="next.set(fresh.value)"
        />
        <span class="hint" id="own-next-hint">{{ texts.passwordHint(shortest) }}</span>
      </div>
      @if (now.name === 'refused') {
        <div class="refused" role="alert"><mc-failure-note [failure]="now.failure" /></div>
      } @else if (now.name === 'saved') {
        <p class="saved" role="status">{{ texts.passwordChanged }}</p>
      }
      <button matButton="filled" type="submit" [disabled]="!canSave()">
        {{ now.name === 'saving' ? texts.changing : texts.changePassword }}
      </button>
    </form>
  `,
  styles: `
    form {
      display: grid;
      justify-items: start;
      gap: 14px;
      max-width: 360px;
    }
    .mc-field {
      width: 100%;
    }
    .refused {
      color: var(--mc-error-ink);
    }
    .saved {
      color: var(--mc-active-ink);
    }
  `,
})
export class PasswordPanel {
  protected readonly texts = SETTINGS_TEXTS.passwordPanel;

  private readonly api = inject(ApiClient);

  /** The password was changed, which ended other sessions. */
  readonly changes = output();

  protected readonly shortest = PASSWORD_MIN_LENGTH;
  protected readonly longest = PASSWORD_MAX_LENGTH;
  protected readonly current = signal('');
  protected readonly next = signal('');
  protected readonly state = signal<State>({ name: 'idle' });
  protected readonly isShort = computed(() => this.next() !== '' && this.next().length < PASSWORD_MIN_LENGTH);
  protected readonly canSave = computed(
    () =>
      this.current() !== '' && this.next().length >= PASSWORD_MIN_LENGTH && this.state().name !== 'saving',
  );

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.canSave()) return;
    this.state.set({ name: 'saving' });
    const body = { current_password: this.current(), new_password: this.next() };
    try {
      await this.api.call(API.changePassword, { body });
      this.state.set({ name: 'saved' });
      this.current.set('');
      this.next.set('');
      this.changes.emit();
    } catch (error) {
      this.state.set({ name: 'refused', failure: toRequestFailure(error) });
    }
  }
}
