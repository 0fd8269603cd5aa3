import { DOCUMENT, inject, Injectable, signal } from '@angular/core';

/** Light, dark, or the operating system's choice. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'moolai.theme';
const COLOR_SCHEMES: Readonly<Record<Theme, string>> = { system: 'light dark', light: 'light', dark: 'dark' };

/** The theme; stored on this machine. */
@Injectable({ providedIn: 'root' })
export class ThemeStore {
  private readonly document = inject(DOCUMENT);
  private readonly storage = this.document.defaultView?.localStorage;
  private readonly current = signal<Theme>(this.read());

  readonly theme = this.current.asReadonly();

  constructor() {
    this.apply(this.current());
  }

  choose(theme: Theme): void {
    this.current.set(theme);
    this.apply(theme);
    if (theme === 'system') this.storage?.removeItem(KEY);
    else this.storage?.setItem(KEY, theme);
  }

  private read(): Theme {
    const kept = this.storage?.getItem(KEY);
    return THEMES.find((theme) => theme === kept) ?? 'system';
  }

  /** All colours are `light-dark()` pairs, so this one property switches them. */
  private apply(theme: Theme): void {
    this.document.documentElement.style.colorScheme = COLOR_SCHEMES[theme];
  }
}
