import { DOCUMENT, inject, Injectable, type DestroyRef } from '@angular/core';
import { Router } from '@angular/router';
import { Jumps } from './jumps';

/** Actions of keys other than opening pages. */
export interface ShortcutActions {
  openPalette(): void;
  openHelp(): void;
}

/** Maximum delay of the second key of `g o`. */
const SEQUENCE_MS = 1_200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('.cm-editor')) return true;
  const isButton = target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type);
  return !isButton && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Keyboard shortcuts of all pages. Single letters are disabled during typing and in dialogs. */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly jumps = inject(Jumps);
  private sequenceEndsMs = 0;

  /** Listens until `owner` is destroyed. */
  listen(actions: ShortcutActions, owner: DestroyRef): void {
    const onKey = (event: KeyboardEvent): void => this.onKey(event, actions);
    this.document.addEventListener('keydown', onKey);
    owner.onDestroy(() => this.document.removeEventListener('keydown', onKey));
  }

  private onKey(event: KeyboardEvent, actions: ShortcutActions): void {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      actions.openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || this.hasDialog()) return;
    const isSecond = Date.now() < this.sequenceEndsMs;
    this.sequenceEndsMs = 0;
    const path = isSecond ? this.jumps.all().find(({ key }) => key === event.key)?.path : undefined;
    if (path !== undefined) void this.router.navigateByUrl(path);
    else if (event.key === 'g') this.sequenceEndsMs = Date.now() + SEQUENCE_MS;
    else if (event.key === '?') actions.openHelp();
    else if (event.key === '/') this.focusSearch(actions);
    else return;
    event.preventDefault();
  }

  private hasDialog(): boolean {
    return this.document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null;
  }

  /** Uses the palette if the page has no search field. */
  private focusSearch(actions: ShortcutActions): void {
    const field = this.document.querySelector<HTMLInputElement>('[data-page-search]');
    if (!field) actions.openPalette();
    field?.focus();
    field?.select();
  }
}
