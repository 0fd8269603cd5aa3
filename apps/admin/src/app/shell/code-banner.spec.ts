import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { click, settle } from '../../testing/gestures';
import { byRole, queryByRole, textOf } from '../../testing/queries';
import { ConsoleCode, type CodeState } from '../core/code/console-code';
import { CodeBanner } from './code-banner';

@Component({ imports: [CodeBanner], template: '<mc-code-banner />' })
class AnyPage {}

/** The requested actions of the banner. */
async function show(state: CodeState): Promise<string[]> {
  const asked: string[] = [];
  const code = {
    state: signal(state),
    reload: () => asked.push('reload'),
    dismiss: () => asked.push('dismiss'),
    arrived: () => asked.push('arrived'),
  };
  TestBed.configureTestingModule({
    providers: [
      provideRouter([{ path: '**', component: AnyPage }]),
      { provide: ConsoleCode, useValue: code },
    ],
  });
  await RouterTestingHarness.create('/');
  await settle();
  return asked;
}

describe('CodeBanner', () => {
  it('is hidden while the tab has the code it needs', async () => {
    await show({ name: 'fine' });

    expect(textOf(byRole('status'))).toBe('');
    expect(queryByRole('button')).toBeNull();
  });

  it.each<[CodeState, string, string, string]>([
    [{ name: 'replaced' }, 'This tab still runs the old console.', 'Reload', 'reload'],
    [{ name: 'opened-anew' }, 'so this page was reloaded.', 'Close', 'dismiss'],
    [{ name: 'missing', url: '/', isReachable: true }, 'could not be loaded.', 'Retry', 'reload'],
    [{ name: 'missing', url: '/', isReachable: false }, 'cannot be reached.', 'Retry', 'reload'],
  ])('explains %p, and offers a way out', async (state, text, action, expected) => {
    const asked = await show(state);
    expect(textOf(byRole('status'))).toContain(text);

    await click(byRole('button', action));

    expect(asked.at(-1)).toBe(expected);
  });
});
