import { TestBed } from '@angular/core/testing';
import { ThemeStore, type Theme } from './theme.store';

function start(kept?: string): ThemeStore {
  if (kept !== undefined) localStorage.setItem('moolai.theme', kept);
  return TestBed.inject(ThemeStore);
}

function shownScheme(): string {
  return document.documentElement.style.colorScheme;
}

describe('ThemeStore', () => {
  it('follows the operating system by default', () => {
    expect(start().theme()).toBe('system');
    expect(shownScheme()).toBe('light dark');
  });

  it.each(['light', 'dark'] as const)('applies and remembers %s when chosen', (theme) => {
    start().choose(theme);
    expect(shownScheme()).toBe(theme);

    TestBed.resetTestingModule();
    expect(start().theme()).toBe(theme);
  });

  it('applies an earlier choice', () => {
    expect(start('dark').theme()).toBe('dark');
    expect(shownScheme()).toBe('dark');
  });

  it("forgets the choice when the user selects the system's theme", () => {
    const store = start('dark');

    store.choose('system');

    expect(store.theme()).toBe('system');
    expect(shownScheme()).toBe('light dark');
    expect(localStorage).toHaveLength(0);
  });

  it.each(['', 'purple', '{"theme":"dark"}'])('ignores the stored value %p', (kept) => {
    expect(start(kept).theme()).toBe<Theme>('system');
  });
});
