import { Component, computed, input } from '@angular/core';

/** Stroke paths on a grid of 24; inline, so that the console loads no font and asks no other host. */
const PATHS = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  dashboard: 'M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z',
  organizations: 'M4 21V5l8-2v18M12 21V9l8 2v10M2 21h20M7 8h2M7 12h2M7 16h2M15 14h2M15 17h2',
  docs: 'M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7',
  system: 'M3 5h18v11H3zM9 20h6M12 16v4',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M4.9 4.9 7 7M17 17l2.1 2.1M2 12h3M19 12h3M4.9 19.1 7 17M17 7l2.1-2.1',
  dark: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z',
  account: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c.6-4 4-6 8-6s7.4 2 8 6',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  copy: 'M9 9h11v12H9zM5 15H4V3h11v2',
  check: 'm4 12 5 5L20 6',
  close: 'M6 6l12 12M18 6 6 18',
  signOut: 'M10 4H4v16h6M15 8l4 4-4 4M9 12h10',
} as const;

/** A name of an icon. */
export type IconName = keyof typeof PATHS;

/** A decorative icon; the words beside it or the label of its button say what it means. */
@Component({
  selector: 'mc-icon',
  template: `
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      width: 20px;
      height: 20px;
    }
    svg {
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.75;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();

  protected readonly path = computed(() => PATHS[this.name()]);
}
