import { inject, Injectable, Injector, type Type } from '@angular/core';
import type { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { ConsoleCode } from '../core/code/console-code';
import type { Confirmation } from './confirm-dialog';

/** Options of a dialog. */
export interface DialogOptions {
  data?: unknown;
  width?: string;
  /** Accessible name of a dialog without a title. */
  label?: string;
  place?: 'middle' | 'top';
}

/** Opens dialogs. Their code, including Material's, is loaded with the first one, because most visits need none. */
@Injectable({ providedIn: 'root' })
export class Dialogs {
  private readonly injector = inject(Injector);
  private readonly code = inject(ConsoleCode);
  private isOpening = false;

  /** Asks for confirmation, and runs the action if given. True if confirmed and done. */
  async confirm(asked: Confirmation): Promise<boolean> {
    const load = (): Promise<Type<unknown>> => import('./confirm-dialog').then((m) => m.ConfirmDialog);
    return (await this.open<boolean>(load, { data: asked })) === true;
  }

  /**
   * Opens a dialog and waits for its result.
   * @returns the result; undefined if it was dismissed, or another dialog was opening
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
