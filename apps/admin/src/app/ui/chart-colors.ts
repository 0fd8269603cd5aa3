import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { effect } from '@angular/core';
import { ThemeStore } from '../core/theme/theme.store';

const NAMES = ['ink', 'muted', 'line', 'panel', 'chart-1', 'chart-2', 'chart-3'] as const;
export type ChartColors = Readonly<Record<(typeof NAMES)[number], string>>;

/**
 * The tokens that a canvas needs, as plain colours: it knows neither custom properties nor `light-dark()`.
 * They change with the theme.
 */
@Injectable({ providedIn: 'root' })
export class ChartColorsStore {
  private readonly document = inject(DOCUMENT);
  private readonly theme = inject(ThemeStore).theme;
  private readonly current = signal<ChartColors>(this.read());

  readonly colors = this.current.asReadonly();

  constructor() {
    const scheme = this.document.defaultView?.matchMedia?.('(prefers-color-scheme: dark)');
    const renew = (): void => this.current.set(this.read());
    scheme?.addEventListener('change', renew);
    inject(DestroyRef).onDestroy(() => scheme?.removeEventListener('change', renew));
    effect(() => {
      this.theme();
      renew();
    });
  }

  private read(): ChartColors {
    const probe = this.document.createElement('span');
    this.document.body.append(probe);
    const colorOf = (name: string): string => {
      probe.style.color = `var(--mc-${name})`;
      return this.document.defaultView?.getComputedStyle(probe).color ?? '';
    };
    const colors = Object.fromEntries(NAMES.map((name) => [name, colorOf(name)])) as ChartColors;
    probe.remove();
    return colors;
  }
}
