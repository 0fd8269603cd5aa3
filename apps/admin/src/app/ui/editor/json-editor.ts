import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  input,
  model,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Icon } from '../icon';
import { Skeleton } from '../skeleton';
import { EditorFactory, type Editor } from './editor-factory';
import { EDITOR_TEXTS } from './editor.texts';
import { parseObject, type JsonProblem } from './json-text';

const SHOWN_PROBLEMS = 12;

/** Edits a JSON object; errors are marked in the text and listed below. */
@Component({
  selector: 'mc-json-editor',
  imports: [Icon, Skeleton],
  template: `
    <div class="frame" [attr.data-invalid]="messages().length > 0 ? true : null">
      @if (!editor()) {
        <mc-skeleton shape="block" [count]="1" />
      }
      <div #place></div>
    </div>
    <div class="problems" role="status" [aria-label]="texts.problems">
      @for (message of messages(); track $index) {
        <p><mc-icon name="problem" />{{ message }}</p>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    .frame {
      min-height: 120px;
      max-height: var(--mc-editor-height, 60vh);
      overflow: auto;
      border: 1px solid var(--mc-line-strong);
      border-radius: 8px;
      background: var(--mc-panel);
    }
    .frame:focus-within {
      outline: 2px solid var(--mc-link);
      outline-offset: 1px;
    }
    .frame[data-invalid] {
      border-color: var(--mc-error-ink);
    }
    .problems {
      font-size: var(--mc-text-sm);
      color: var(--mc-error-ink);
    }
    p {
      display: flex;
      gap: 8px;
      padding-top: 6px;
      overflow-wrap: anywhere;
    }
    mc-icon {
      flex: none;
      width: 15px;
      height: 15px;
      margin-top: 2px;
    }
  `,
})
export class JsonEditor {
  protected readonly texts = EDITOR_TEXTS.jsonEditor;

  private readonly factory = inject(EditorFactory);
  private readonly place = viewChild.required<ElementRef<HTMLElement>>('place');

  readonly text = model.required<string>();
  readonly label = input.required<string>();
  readonly isReadOnly = input(false);
  /** Errors other than syntax errors. */
  readonly problems = input<readonly JsonProblem[]>([]);

  protected readonly editor = signal<Editor | null>(null);
  protected readonly messages = computed(() => {
    const parsed = parseObject(this.text());
    if ('problem' in parsed) return [parsed.problem];
    return this.problems()
      .slice(0, SHOWN_PROBLEMS)
      .map(({ message }) => message);
  });

  constructor() {
    let isGone = false;
    inject(DestroyRef).onDestroy(() => {
      isGone = true;
      this.editor()?.destroy();
    });
    afterNextRender(() => void this.mount(() => isGone));
    effect(() => this.editor()?.setText(this.text()));
    effect(() => this.editor()?.setReadOnly(this.isReadOnly()));
    effect(() => {
      this.problems();
      untracked(() => this.editor()?.check());
    });
  }

  private async mount(isGone: () => boolean): Promise<void> {
    const editor = await this.factory.editor({
      parent: this.place().nativeElement,
      text: this.text(),
      label: this.label(),
      isReadOnly: this.isReadOnly(),
      problems: () => this.problems(),
      changed: (text) => this.text.set(text),
    });
    if (isGone()) editor.destroy();
    else this.editor.set(editor);
  }
}
