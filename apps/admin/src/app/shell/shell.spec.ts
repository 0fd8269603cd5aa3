import { BreakpointObserver } from '@angular/cdk/layout';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, type Routes } from '@angular/router';
import { of } from 'rxjs';
import { overview, storedSession, user } from '../../testing/builders';
import type { FakeController } from '../../testing/fake-controller';
import { click, pass } from '../../testing/gestures';
import { openPage, streamOf } from '../../testing/open-page';
import { allByRole, byRole, nameOf, queryByRole, textOf } from '../../testing/queries';
import { AuthStore } from '../core/auth/auth.store';
import { API } from '../core/http/api-operations';
import { NetworkError, ApiError } from '../core/http/request-failure';
import { MORE_PAGES, PAGES } from '../core/keys/jumps';
import { Shell } from './shell';

@Component({ template: '<h1>A page</h1>' })
class AnyPage {}

const ROUTES: Routes = [
  { path: 'sign-in', component: AnyPage },
  {
    path: '',
    component: Shell,
    children: [
      { path: '', component: AnyPage },
      { path: '**', component: AnyPage },
    ],
  },
];

/** The shell around a page, for a signed-in user. */
function open(url = '/'): Promise<FakeController> {
  return openPage(ROUTES, url, storedSession({ user: user({ role: 'operator' }) }));
}

function openOnPhone(url?: string): Promise<FakeController> {
  const observe = (): ReturnType<BreakpointObserver['observe']> => of({ matches: true, breakpoints: {} });
  TestBed.configureTestingModule({ providers: [{ provide: BreakpointObserver, useValue: { observe } }] });
  return open(url);
}

function links(): HTMLElement[] {
  return allByRole('link', undefined, byRole('navigation', 'Main'));
}

function currentLinks(): string[] {
  return links()
    .filter((link) => link.getAttribute('aria-current') === 'page')
    .map((link) => nameOf(link));
}

describe('Shell', () => {
  describe('navigation', () => {
    it('links to every permitted page, and to the documentation in a new tab', async () => {
      await open();

      expect(links().map((link) => [nameOf(link), link.getAttribute('href')])).toEqual([
        ...[...PAGES, ...MORE_PAGES]
          .filter(({ permission }) => permission === undefined)
          .map(({ label, path }) => [label, path]),
        ['API documentation (opens in a new tab)', '/api/docs'],
      ]);
      expect(links().at(-1)?.getAttribute('target')).toBe('_blank');
    });

    it('marks the open page, whatever its filters', async () => {
      await open('/elsewhere');
      expect(currentLinks()).toEqual([]);

      await TestBed.inject(Router).navigateByUrl('/?status=error');
      await pass(0);

      expect(currentLinks()).toEqual(['Home']);
    });

    it('moves the focus to a new page', async () => {
      await open('/elsewhere');

      await click(byRole('link', 'Home'));

      expect(document.activeElement).toBe(byRole('main'));
    });

    it('keeps the focus when only the filter changes', async () => {
      await open();
      byRole('link', 'Home').focus();

      await TestBed.inject(Router).navigateByUrl('/?status=error');

      expect(document.activeElement).toBe(byRole('link', 'Home'));
    });

    it('can be skipped', async () => {
      await open();

      await click(byRole('button', 'Skip to content'));

      expect(document.activeElement).toBe(byRole('main'));
    });

    it('needs no menu on a wide screen', async () => {
      await open();

      expect(queryByRole('button', 'Menu')).toBeNull();
    });

    it('is a menu on a phone, which closes when a page is chosen', async () => {
      await openOnPhone('/elsewhere');
      const menu = byRole('button', 'Menu');
      expect(menu.getAttribute('aria-expanded')).toBe('false');

      await click(menu);
      expect(menu.getAttribute('aria-expanded')).toBe('true');

      await click(byRole('link', 'Home'));
      expect(menu.getAttribute('aria-expanded')).toBe('false');
      expect(TestBed.inject(Router).url).toBe('/');
    });
  });

  describe('account', () => {
    it('shows the user and the role', async () => {
      await open();

      await click(byRole('button', 'Account of ada@example.com'));

      expect(textOf()).toContain('Role: operator');
    });

    it('signs out', async () => {
      await open('/elsewhere');

      await click(byRole('button', 'Account of ada@example.com'));
      await click(byRole('menuitem', 'Sign out'));

      expect(TestBed.inject(AuthStore).state()).toEqual({ name: 'signed-out', reason: 'by-choice' });
      expect(TestBed.inject(Router).url).toBe('/sign-in');
    });
  });

  describe('footer', () => {
    it('shows the version and uptime', async () => {
      const controller = await open();

      await controller.answer(API.getOverview, overview({ version: '1.2.3', uptime_sec: 93_784 }));

      expect(textOf()).toContain('Version 1.2.3');
      expect(textOf()).toContain('Up for 1 d 2 h');
    });

    it('shows nothing before the controller has answered', async () => {
      await open();

      expect(textOf()).not.toContain('Version');
    });
  });

  describe('reconnecting ribbon', () => {
    it('is hidden while everything is live', async () => {
      await open();

      await streamOf().ready();

      expect(textOf()).not.toContain('Reconnecting');
      expect(textOf()).toContain('Live');
    });

    it('shows why the display is not live, and disappears automatically', async () => {
      await open();
      await streamOf().ready();

      await streamOf().end(new ApiError('unavailable', 'The database is away.', 'req-42'));
      expect(textOf(byRole('status', /Reconnecting/))).toContain(
        'The controller is not ready. Showing the last data loaded. The database is away. Request id req-42.',
      );

      await pass(1_000);
      await streamOf().ready(true);
      expect(textOf()).not.toContain('Reconnecting');
    });

    it('shows no request id without an answer', async () => {
      await open();

      await streamOf().end(new NetworkError());

      expect(textOf(byRole('status', /Reconnecting/))).toContain('The controller cannot be reached');
      expect(textOf()).not.toContain('Request id');
    });

    it('says what to do when the user has too many tabs open', async () => {
      await open();
      const detail = 'You have 10 live streams open, which is the limit for one user or token. Close one.';

      await streamOf().end(new ApiError('rate_limited', detail, 'req-42'));

      const text = textOf(byRole('status', /Not live\./));
      expect(text).toContain(`Too many tabs have live updates open. Showing the last data loaded. ${detail}`);
      expect(text).not.toContain('Reconnecting');
    });

    it('reports a buffering proxy, and the interval of reloading', async () => {
      const controller = await open();

      await streamOf().end(new NetworkError(true));
      for (const request of controller.takeAll(API.getOverview)) await controller.reply(request, overview());

      expect(textOf(byRole('status', /Not live\./))).toContain(
        'A proxy between this browser and the controller buffers the live stream, so this page reloads its data every 10 seconds. Turn off buffering for /api/v1/controller/events in the proxy.',
      );
      expect(textOf()).toContain('Every 10 s');
    });

    it('reconnects immediately on "Try now"', async () => {
      await open();
      await streamOf().end();

      await click(byRole('button', 'Retry now'));

      expect(streamOf().attempts).toBe(2);
    });
  });

  describe('keys', () => {
    const press = (key: string, init: KeyboardEventInit = {}): void =>
      void document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }));

    it('"g h" opens the home page', async () => {
      await open('/elsewhere');

      press('g');
      press('h');
      await pass(0);

      expect(TestBed.inject(Router).url).toBe('/');
    });

    it('a late second key has no effect', async () => {
      await open('/elsewhere');

      press('g');
      await pass(2_000);
      press('h');
      await pass(0);

      expect(TestBed.inject(Router).url).toBe('/elsewhere');
    });
  });
});
