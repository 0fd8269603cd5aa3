import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from '@codemirror/language';
import { forceLinting, lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import type { SyntaxNode } from '@lezer/common';
import { tags } from '@lezer/highlight';
import type { DiffOptions, Editor, EditorOptions } from './editor-factory';
import { EDITOR_TEXTS } from './editor.texts';
import type { JsonProblem } from './json-text';

const TEXTS = EDITOR_TEXTS.codeMirror;

const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--mc-link)' },
  { tag: tags.string, color: 'var(--mc-active-ink)' },
  { tag: tags.number, color: 'var(--mc-warning-ink)' },
  { tag: [tags.bool, tags.null], color: 'var(--mc-independent-ink)', fontWeight: '600' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'var(--mc-ink)', backgroundColor: 'var(--mc-panel)', fontSize: 'var(--mc-text-sm)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mc-mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--mc-ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--mc-ink)' },
  '.cm-gutters': {
    color: 'var(--mc-muted)',
    backgroundColor: 'var(--mc-sunken)',
    borderRight: '1px solid var(--mc-line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--mc-hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--mc-accent-wash)',
  },
  '.cm-tooltip, .cm-panels': {
    color: 'var(--mc-ink)',
    backgroundColor: 'var(--mc-panel)',
    borderColor: 'var(--mc-line)',
  },
  '.cm-foldPlaceholder, .cm-collapsedLines': {
    color: 'var(--mc-muted)',
    background: 'var(--mc-sunken)',
    border: '0',
  },
  '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--mc-active-wash) !important' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': {
    backgroundColor: 'var(--mc-error-wash) !important',
  },
  '.cm-changedText, .cm-deletedText': { background: 'none !important', fontWeight: '650' },
  '.cm-deletedLine, .cm-deletedLine del, .cm-deletedChunk del': { textDecoration: 'none' },
});

const MARKS: ReadonlySet<string> = new Set(['[', ']', ',', '⚠']);

/** The syntax node of a key or index, and of its value. */
function step(
  state: EditorState,
  value: SyntaxNode,
  key: string,
): [name: SyntaxNode, value: SyntaxNode] | null {
  if (value.name === 'Array') {
    let index = Number(key);
    for (let child = value.firstChild; child; child = child.nextSibling) {
      if (MARKS.has(child.name)) continue;
      if (index === 0) return [child, child];
      index -= 1;
    }
    return null;
  }
  for (const property of value.getChildren('Property')) {
    const name = property.getChild('PropertyName');
    if (name && property.lastChild && state.sliceDoc(name.from, name.to) === JSON.stringify(key)) {
      return [name, property.lastChild];
    }
  }
  return null;
}

/** The position of a path in the text: its last key, as far as it exists. */
function rangeOf(state: EditorState, path: readonly string[]): { from: number; to: number } {
  let value = syntaxTree(state).topNode.firstChild;
  let range = { from: 0, to: Math.min(1, state.doc.length) };
  for (const key of path) {
    const next = value && step(state, value, key);
    if (!next) break;
    range = { from: next[0].from, to: next[0].to };
    value = next[1];
  }
  return range;
}

function complaints(view: EditorView, problems: readonly JsonProblem[]): readonly Diagnostic[] {
  const syntax = jsonParseLinter()(view);
  if (syntax.length > 0) return syntax;
  return problems.map(({ path, message }) => ({ ...rangeOf(view.state, path), severity: 'error', message }));
}

function basics(label: string): Extension[] {
  return [
    lineNumbers(),
    json(),
    syntaxHighlighting(COLORS),
    LOOK,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
  ];
}

/** A JSON editor. Tab leaves it, so that keyboard users are not trapped. */
export function createEditor({ parent, text, label, isReadOnly, problems, changed }: EditorOptions): Editor {
  const writing = new Compartment();
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      basics(label),
      history(),
      indentOnInput(),
      bracketMatching(),
      codeFolding(),
      foldGutter(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      search({ top: true }),
      lintGutter(),
      linter((editor) => complaints(editor, problems()), { delay: 200 }),
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
      writing.of(EditorState.readOnly.of(isReadOnly)),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.doc.toString());
      }),
    ],
  });
  return {
    setText: (next) => {
      const present = view.state.doc.toString();
      if (next !== present) view.dispatch({ changes: { from: 0, to: present.length, insert: next } });
    },
    setReadOnly: (next) => view.dispatch({ effects: writing.reconfigure(EditorState.readOnly.of(next)) }),
    check: () => forceLinting(view),
    destroy: () => view.destroy(),
  };
}

/** Shows the differences between two texts. */
export function createDiff(options: DiffOptions): { destroy(): void } {
  const { parent, before, after, beforeLabel, afterLabel, isInline } = options;
  const collapseUnchanged = { margin: 3, minSize: 6 };
  const still = EditorState.readOnly.of(true);
  if (!isInline) {
    return new MergeView({
      parent,
      a: { doc: before, extensions: [basics(beforeLabel), still] },
      b: { doc: after, extensions: [basics(afterLabel), still] },
      collapseUnchanged,
      gutter: true,
    });
  }
  return new EditorView({
    parent,
    doc: after,
    extensions: [
      basics(TEXTS.comparison(beforeLabel, afterLabel)),
      still,
      unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged, gutter: true }),
    ],
  });
}
