import { TestBed } from '@angular/core/testing';
import { click, settle } from '../../testing/gestures';
import { allByRole, byRole, nameOf } from '../../testing/queries';
import { ThemeMenu } from './theme-menu';

async function openMenu(): Promise<void> {
  TestBed.createComponent(ThemeMenu);
  await settle();
  await click(byRole('button', 'Theme: system'));
}

function checkedOptions(): string[] {
  return allByRole('menuitemradio')
    .filter((option) => option.getAttribute('aria-checked') === 'true')
    .map((option) => nameOf(option));
}

describe('ThemeMenu', () => {
  it('offers every theme, and marks the current one', async () => {
    await openMenu();

    expect(allByRole('menuitemradio').map((option) => nameOf(option))).toEqual(['System', 'Light', 'Dark']);
    expect(checkedOptions()).toEqual(['System']);
  });

  it('applies the chosen theme, and marks it', async () => {
    await openMenu();

    await click(byRole('menuitemradio', 'Dark'));

    expect(document.documentElement.style.colorScheme).toBe('dark');
    expect(byRole('button', 'Theme: dark')).toBeDefined();
  });
});
