import {
  Component,
  DestroyRef,
  DOCUMENT,
  ElementRef,
  inject,
  input,
  output,
  type OnInit,
} from '@angular/core';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/**
 * One entry beside its list, or above it on a narrow screen. Takes the focus when it opens, returns it when it closes,
 * and closes with Escape.
 */
@Component({
  selector: 'mc-side-panel',
  imports: [Icon],
  template: `
    <header>
      <h2>{{ heading() }}</h2>
      <button type="button" [aria-label]="texts.close" (click)="closes.emit()">
        <mc-icon name="close" />
      </button>
    </header>
    <div class="body"><ng-content /></div>
  `,
  styles: `
    :host {
      position: fixed;
      z-index: 5;
      top: 52px;
      right: 0;
      bottom: 0;
      display: flex;
      flex-direction: column;
      width: min(520px, 100vw);
      border-left: 1px solid var(--mc-line);
      background: var(--mc-panel);
      box-shadow: var(--mc-shadow-high);
    }
    header {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 12px 12px 12px 20px;
      border-bottom: 1px solid var(--mc-line);
    }
    h2 {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    button {
      display: grid;
      flex: none;
      place-items: center;
      width: 32px;
      height: 32px;
      padding: 0;
      border: 0;
      border-radius: 6px;
      color: var(--mc-muted);
      background: none;
      cursor: pointer;
    }
    button:hover {
      color: var(--mc-ink);
      background: var(--mc-hover);
    }
    .body {
      flex: 1;
      padding: 16px 20px 24px;
      overflow: auto;
    }
  `,
  host: {
    role: 'region',
    tabindex: '-1',
    '[attr.aria-label]': 'heading()',
    '(keydown.escape)': 'closes.emit()',
  },
})
export class SidePanel implements OnInit {
  protected readonly texts = UI_TEXTS.sidePanel;

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly before = inject(DOCUMENT).activeElement;

  readonly heading = input.required<string>();
  readonly closes = output();

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      if (this.before instanceof HTMLElement && this.before.isConnected) this.before.focus();
    });
  }

  ngOnInit(): void {
    // The element is only attached after this turn.
    setTimeout(() => this.host.focus({ preventScroll: true }));
  }
}
