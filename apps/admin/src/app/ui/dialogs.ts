import { inject, Injectable, Injector, type Type } from '@angular/core';
import type { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { ConsoleCode } from '../core/code/console-code';
import type { Confirmation } from './confirm-dialog';

/** How a dialog looks. */
export interface DialogOptions {
  data?: unknown;
  width?: string;
  /** Its name, for one without a title. */
  label?: string;
  place?: 'middle' | 'top';
}

/**
 * Opens dialogs. Their code, and Material's with it, is loaded when the first one is wanted: most visits
 * only look.
 */
@Injectable({ providedIn: 'root' })
export class Dialogs {
  private readonly injector = inject(Injector);
  private readonly code = inject(ConsoleCode);
  private isOpening = false;

  /** Asks whether something is meant, and does it where it says how. True when it was meant, and done. */
  async confirm(asked: Confirmation): Promise<boolean> {
    const load = (): Promise<Type<unknown>> => import('./confirm-dialog').then((m) => m.ConfirmDialog);
    return (await this.open<boolean>(load, { data: asked })) === true;
  }

  /**
   * Opens a dialog and waits for its end.
   * @returns what it was closed with; undefined when it was left, or another one was just opening
   */
  async open<Result>(
    load: () => Promise<Type<unknown>>,
    { data, width = '520px', label, place = 'middle' }: DialogOptions = {},
  ): Promise<Result | undefined> {
    if (this.isOpening) return undefined;
    this.isOpening = true;
    try {
      const [{ MatDialog }, component] = await this.code.load(() =>
        Promise.all([import('@angular/material/dialog'), load()]),
      );
      const dialog: MatDialog = this.injector.get(MatDialog);
      if (dialog.openDialogs.some(({ componentInstance }) => componentInstance instanceof component)) {
        return undefined;
      }
      const opened = dialog.open<unknown, unknown, Result>(component, {
        data,
        width,
        maxWidth: 'calc(100vw - 24px)',
        maxHeight: place === 'top' ? '70dvh' : 'calc(100dvh - 24px)',
        autoFocus: 'first-tabbable',
        ...(label === undefined ? {} : { ariaLabel: label }),
        ...(place === 'top' ? { position: { top: '10vh' } } : {}),
      });
      this.isOpening = false;
      return await firstValueFrom(opened.afterClosed());
    } finally {
      this.isOpening = false;
    }
  }
}
