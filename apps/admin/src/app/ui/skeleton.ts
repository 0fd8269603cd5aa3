import { Component, computed, input } from '@angular/core';

/** Grey blocks in the place of what is being read. They wait a moment: a quick answer needs none. */
@Component({
  selector: 'mc-skeleton',
  template: `
    <span class="mc-visually-hidden" role="status">Loading…</span>
    <div class="blocks" aria-hidden="true">
      @for (block of blocks(); track block) {
        <div class="block"></div>
      }
    </div>
  `,
  styles: `
    .blocks {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--mc-skeleton-width, 320px)), 1fr));
      gap: 16px;
      opacity: 0;
      animation: appear 200ms 200ms forwards;
    }
    .block {
      height: var(--mc-skeleton-height, 160px);
      border-radius: var(--mc-radius);
      background: var(--mc-skeleton);
    }
    @keyframes appear {
      to {
        opacity: 1;
      }
    }
  `,
})
export class Skeleton {
  readonly count = input(6);

  protected readonly blocks = computed(() => Array.from({ length: this.count() }, (_, index) => index));
}
