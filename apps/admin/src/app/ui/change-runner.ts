import { inject, Injectable } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { detailOf, requestIdOf, sentenceFor } from '../core/http/error-sentences';
import { toRequestFailure } from '../core/http/request-failure';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.changeRunner;

const TOAST_MS = 6_000;

/** Runs a confirmed change, and shows the result. */
@Injectable({ providedIn: 'root' })
export class ChangeRunner {
  private readonly toasts = inject(MatSnackBar);

  /** True when it was made. */
  async run(change: () => Promise<unknown>, done: string): Promise<boolean> {
    try {
      await change();
      this.say(done);
      return true;
    } catch (error) {
      const failure = toRequestFailure(error);
      const requestId = requestIdOf(failure);
      const words = detailOf(failure) || `${sentenceFor(failure).title}.`;
      this.toasts.open(requestId ? TEXTS.requestId(words, requestId) : words, TEXTS.close);
      return false;
    }
  }

  say(words: string): void {
    this.toasts.open(words, TEXTS.close, { duration: TOAST_MS });
  }
}
