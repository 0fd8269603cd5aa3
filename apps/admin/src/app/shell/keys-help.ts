import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle } from '@angular/material/dialog';
import { Jumps } from '../core/keys/jumps';
import { SHELL_TEXTS } from './shell.texts';

const TEXTS = SHELL_TEXTS.keysHelp;

const ANYWHERE = [
  { keys: [TEXTS.ctrl, 'K'], what: TEXTS.palette },
  { keys: ['/'], what: TEXTS.searchThisPage },
  { keys: ['?'], what: TEXTS.showKeyboardShortcuts },
  { keys: [TEXTS.esc], what: TEXTS.closeTop },
];

/** Lists the keyboard shortcuts. */
@Component({
  selector: 'mc-keys-help',
  imports: [MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ texts.keyboardShortcuts }}</h2>
    <mat-dialog-content>
      @for (part of parts; track part.heading) {
        <h3>{{ part.heading }}</h3>
        <dl>
          @for (line of part.lines; track line.what) {
            <div>
              <dt>
                @for (key of line.keys; track key) {
                  <kbd class="mc-kbd">{{ key }}</kbd>
                }
              </dt>
              <dd>{{ line.what }}</dd>
            </div>
          }
        </dl>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton mat-dialog-close type="button">{{ texts.close }}</button>
    </mat-dialog-actions>
  `,
  styles: `
    h3 {
      margin: 4px 0 8px;
      color: var(--mc-muted);
    }
    dl {
      margin: 0 0 20px;
    }
    dl div {
      display: flex;
      align-items: center;
      gap: 16px;
      padding: 5px 0;
    }
    dt {
      display: flex;
      flex: 0 0 84px;
      gap: 4px;
    }
    dd {
      margin: 0;
      color: var(--mc-ink);
    }
  `,
})
export class KeysHelp {
  protected readonly texts = TEXTS;

  protected readonly parts = [
    { heading: TEXTS.anywhere, lines: ANYWHERE },
    {
      heading: TEXTS.goTo,
      lines: inject(Jumps)
        .all()
        .map(({ key, label }) => ({ keys: ['g', key], what: label })),
    },
  ];
}
