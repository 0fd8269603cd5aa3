import type { Provider } from '@angular/core';
import {
  EditorFactory,
  type DiffOptions,
  type Editor,
  type EditorOptions,
} from '../app/ui/editor/editor-factory';

/** Plain elements instead of editors, which need a layout. */
class FakeEditorFactory {
  editor({ parent, text, label, isReadOnly, changed }: EditorOptions): Promise<Editor> {
    const area = document.createElement('textarea');
    area.setAttribute('aria-label', label);
    area.value = text;
    area.readOnly = isReadOnly;
    area.addEventListener('input', () => changed(area.value));
    parent.append(area);
    return Promise.resolve({
      setText: (next) => (area.value = next),
      setReadOnly: (next) => (area.readOnly = next),
      check: () => undefined,
      destroy: () => area.remove(),
    });
  }

  diff({ parent, before, after, beforeLabel, afterLabel }: DiffOptions): Promise<{ destroy(): void }> {
    const shown = document.createElement('pre');
    shown.className = 'diff';
    shown.textContent = `${beforeLabel}: ${before} ${afterLabel}: ${after}`;
    parent.append(shown);
    return Promise.resolve({ destroy: () => shown.remove() });
  }
}

export function provideFakeEditors(): Provider {
  return { provide: EditorFactory, useClass: FakeEditorFactory };
}

/** The editor of a page. */
export function editorArea(): HTMLTextAreaElement {
  const area = document.querySelector('textarea');
  if (!area) throw new Error('there is no editor');
  return area;
}

/** The displayed difference, with single spaces between words. */
export function shownDiff(): string {
  return (document.querySelector('.diff')?.textContent ?? '').replaceAll(/\s+/g, ' ');
}
