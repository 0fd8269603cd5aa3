import { Component, computed, input } from '@angular/core';
import { UI_TEXTS } from './ui.texts';

/** The shape of the expected content. */
export type SkeletonShape = 'rows' | 'cards' | 'figures' | 'block';

/** Placeholders during loading. Shown after a delay, so that a quick answer needs none. */
@Component({
  selector: 'mc-skeleton',
  template: `
    <span class="mc-visually-hidden" role="status">{{ texts.loading }}</span>
    <div class="blocks" aria-hidden="true" [attr.data-shape]="shape()">
      @for (block of blocks(); track block) {
        <div class="block"></div>
      }
    </div>
  `,
  styles: `
    .blocks {
      display: grid;
      gap: 12px;
      opacity: 0;
      animation: appear 200ms 200ms forwards;
    }
    .block {
      height: 44px;
      border-radius: var(--mc-radius);
      background: var(--mc-skeleton);
    }
    [data-shape='cards'] {
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
    }
    [data-shape='cards'] .block {
      height: 190px;
    }
    [data-shape='figures'] {
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr));
    }
    [data-shape='figures'] .block {
      height: 96px;
    }
    [data-shape='block'] .block {
      height: 220px;
    }
    [data-shape='rows'] {
      gap: 8px;
    }
    @keyframes appear {
      to {
        opacity: 1;
      }
    }
  `,
})
export class Skeleton {
  protected readonly texts = UI_TEXTS.skeleton;

  readonly shape = input<SkeletonShape>('rows');
  readonly count = input(6);

  protected readonly blocks = computed(() => Array.from({ length: this.count() }, (_, index) => index));
}
