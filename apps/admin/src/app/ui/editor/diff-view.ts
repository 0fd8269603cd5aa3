import { BreakpointObserver } from '@angular/cdk/layout';
import { Component, computed, effect, ElementRef, inject, input, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import type { JsonValue } from '@moolai/contracts';
import { map } from 'rxjs';
import { Preferences } from '../../core/preference';
import { EditorFactory } from './editor-factory';
import { EDITOR_TEXTS } from './editor.texts';
import { prettyJson } from './json-text';

const TEXTS = EDITOR_TEXTS.diffView;

/** Minimum width for two columns of text. */
const NARROW = '(max-width: 899.98px)';

/** The differences between two JSON values, side by side or inline. */
@Component({
  selector: 'mc-diff-view',
  template: `
    <div class="head">
      @if (isInline()) {
        <span class="names"
          ><span data-tone="bad">{{ beforeLabel() }}</span> →
          <span data-tone="good">{{ afterLabel() }}</span></span
        >
      }
      @if (!isNarrow() && !isSame()) {
        <div class="mc-segments" role="group" [aria-label]="texts.comparisonLayout">
          <button type="button" [attr.aria-pressed]="!isInline()" (click)="mode.set('columns')">
            {{ texts.sideBySide }}
          </button>
          <button type="button" [attr.aria-pressed]="isInline()" (click)="mode.set('inline')">
            {{ texts.inline }}
          </button>
        </div>
      }
    </div>
    @if (isSame()) {
      <p class="mc-muted">{{ texts.noDifferences }}</p>
    } @else {
      @if (!isInline()) {
        <div class="columns">
          <span>{{ beforeLabel() }}</span>
          <span>{{ afterLabel() }}</span>
        </div>
      }
      <div #place class="frame"></div>
    }
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: flex-end;
      gap: 8px;
      margin: 8px 0;
    }
    .names {
      margin-right: auto;
      font-size: var(--mc-text-sm);
      font-weight: 550;
    }
    .names span {
      padding: 1px 6px;
      border-radius: 4px;
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
    .columns {
      display: grid;
      grid-template-columns: 1fr 1fr;
      margin-bottom: 4px;
      font-size: var(--mc-text-sm);
      font-weight: 550;
    }
    .frame {
      max-height: 52vh;
      overflow: auto;
      border: 1px solid var(--mc-line);
      border-radius: 8px;
    }
  `,
})
export class DiffView {
  protected readonly texts = TEXTS;

  private readonly factory = inject(EditorFactory);
  private readonly place = viewChild<ElementRef<HTMLElement>>('place');

  readonly before = input.required<JsonValue>();
  readonly after = input.required<JsonValue>();
  readonly beforeLabel = input<string>(TEXTS.before);
  readonly afterLabel = input<string>(TEXTS.after);
  /** Always inline, where there is no room for two columns. */
  readonly isAlwaysInline = input(false);

  protected readonly mode = inject(Preferences).oneOf(
    'moolai.diff',
    ['columns', 'inline'] as const,
    'columns',
  );
  private readonly isSmall = toSignal(
    inject(BreakpointObserver)
      .observe(NARROW)
      .pipe(map(({ matches }) => matches)),
    { initialValue: false },
  );
  protected readonly isNarrow = computed(() => this.isSmall() || this.isAlwaysInline());
  protected readonly isInline = computed(() => this.isNarrow() || this.mode.value() === 'inline');
  private readonly documents = computed(() => ({
    before: prettyJson(this.before()),
    after: prettyJson(this.after()),
  }));
  protected readonly isSame = computed(() => this.documents().before === this.documents().after);

  constructor() {
    effect((onCleanup) => {
      const parent = this.place()?.nativeElement;
      if (!parent) return;
      const made = this.factory.diff({
        parent,
        ...this.documents(),
        beforeLabel: this.beforeLabel(),
        afterLabel: this.afterLabel(),
        isInline: this.isInline(),
      });
      onCleanup(() => void made.then((view) => view.destroy()));
    });
  }
}
