import { inject, Injectable } from '@angular/core';
import { ConsoleCode } from '../../core/code/console-code';
import type { JsonProblem } from './json-text';

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  /** Accessible name. */
  readonly label: string;
  readonly isReadOnly: boolean;
  /** Errors other than syntax errors, which the editor finds itself. */
  readonly problems: () => readonly JsonProblem[];
  readonly changed: (text: string) => void;
}

/** An editor in a page. */
export interface Editor {
  setText(text: string): void;
  setReadOnly(isReadOnly: boolean): void;
  /** Updates the errors. */
  check(): void;
  destroy(): void;
}

export interface DiffOptions {
  readonly parent: HTMLElement;
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
  /** Inline instead of side by side. */
  readonly isInline: boolean;
}

/** Creates editors. Their code is by far the largest part of the console, so it is loaded on demand. */
@Injectable({ providedIn: 'root' })
export class EditorFactory {
  private readonly code = inject(ConsoleCode);

  async editor(options: EditorOptions): Promise<Editor> {
    return (await this.load()).createEditor(options);
  }

  async diff(options: DiffOptions): Promise<{ destroy(): void }> {
    return (await this.load()).createDiff(options);
  }

  private load(): Promise<typeof import('./code-mirror')> {
    return this.code.load(() => import('./code-mirror'));
  }
}
