import { Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import { ConsoleCode } from '../core/code/console-code';
import { SHELL_TEXTS } from './shell.texts';

const TEXTS = SHELL_TEXTS.codeBanner;

interface Words {
  readonly text: string;
  readonly action: string;
}

/** Reports that the tab needs other code; above every page, even if none could be loaded. */
@Component({
  selector: 'mc-code-banner',
  template: `
    <div role="status">
      @if (words(); as said) {
        <div class="banner">
          <span>{{ said.text }}</span>
          <button class="mc-link-button" type="button" (click)="act()">{{ said.action }}</button>
        </div>
      }
    </div>
  `,
  styles: `
    .banner {
      position: fixed;
      z-index: 200;
      bottom: 16px;
      left: 50%;
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 16px;
      box-sizing: border-box;
      width: max-content;
      max-width: min(640px, calc(100vw - 24px));
      padding: 10px 16px;
      border: 1px solid var(--mc-line);
      border-radius: 8px;
      color: var(--mc-warning-ink);
      background: var(--mc-warning-wash);
      font-size: var(--mc-text-sm);
      transform: translateX(-50%);
    }
    button {
      color: inherit;
    }
  `,
})
export class CodeBanner {
  private readonly code = inject(ConsoleCode);

  protected readonly words = computed<Words | null>(() => {
    const state = this.code.state();
    switch (state.name) {
      case 'fine':
        return null;
      case 'replaced':
        return {
          text: TEXTS.replaced,
          action: TEXTS.reload,
        };
      case 'opened-anew':
        return { text: TEXTS.openedAnew, action: TEXTS.close };
      case 'missing':
        return {
          text: state.isReachable ? TEXTS.partMissing : TEXTS.unreachable,
          action: TEXTS.retry,
        };
    }
  });

  constructor() {
    inject(Router)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        if (event instanceof NavigationEnd) this.code.arrived();
      });
  }

  protected act(): void {
    if (this.code.state().name === 'opened-anew') this.code.dismiss();
    else this.code.reload();
  }
}
