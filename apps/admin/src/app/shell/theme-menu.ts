import { Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { THEMES, ThemeStore, type Theme } from '../core/theme/theme.store';
import { Icon } from '../ui/icon';
import { SHELL_TEXTS } from './shell.texts';

const TEXTS = SHELL_TEXTS.themeMenu;

const LABELS: Readonly<Record<Theme, string>> = {
  system: TEXTS.system,
  light: TEXTS.light,
  dark: TEXTS.dark,
};

/** Selects the light, dark or system theme. */
@Component({
  selector: 'mc-theme-menu',
  imports: [Icon, MatIconButton, MatMenu, MatMenuItem, MatMenuTrigger],
  template: `
    <button matIconButton type="button" [attr.aria-label]="label()" [matMenuTriggerFor]="menu">
      <mc-icon [name]="theme()" />
    </button>
    <mat-menu #menu="matMenu" xPosition="before">
      @for (option of options; track option) {
        <button
          mat-menu-item
          type="button"
          role="menuitemradio"
          [attr.aria-checked]="option === theme()"
          (click)="choose(option)"
        >
          <mc-icon [name]="option" />{{ labels[option] }}
          @if (option === theme()) {
            <mc-icon class="chosen" name="check" />
          }
        </button>
      }
    </mat-menu>
  `,
  styles: `
    .chosen {
      margin: 0 0 0 16px;
    }
  `,
})
export class ThemeMenu {
  private readonly store = inject(ThemeStore);

  protected readonly options = THEMES;
  protected readonly labels = LABELS;
  protected readonly theme = this.store.theme;
  protected readonly label = computed(() => TEXTS.label(LABELS[this.theme()].toLowerCase()));

  protected choose(theme: Theme): void {
    this.store.choose(theme);
  }
}
