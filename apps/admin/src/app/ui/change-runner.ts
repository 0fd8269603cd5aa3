import { inject, Injectable } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { detailOf, requestIdOf, sentenceFor } from '../core/http/error-sentences';
import { toRequestFailure } from '../core/http/request-failure';

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
      this.toasts.open(requestId ? `${words} Request id ${requestId}` : words, 'Dismiss');
      return false;
    }
  }

  say(words: string): void {
    this.toasts.open(words, 'Dismiss', { duration: TOAST_MS });
  }
}
