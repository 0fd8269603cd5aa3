import { inject, Injectable } from '@angular/core';
import { Dialogs } from '../ui/dialogs';
import { SHELL_TEXTS } from './shell.texts';

/** Opens overlays; their code is loaded when first needed. */
@Injectable({ providedIn: 'root' })
export class Overlays {
  private readonly dialogs = inject(Dialogs);

  async openPalette(): Promise<void> {
    await this.dialogs.open(() => import('./palette/palette').then((m) => m.Palette), {
      label: SHELL_TEXTS.overlays.openPalette,
      width: '600px',
      place: 'top',
    });
  }

  async openHelp(): Promise<void> {
    await this.dialogs.open(() => import('./keys-help').then((m) => m.KeysHelp), { width: '420px' });
  }
}
