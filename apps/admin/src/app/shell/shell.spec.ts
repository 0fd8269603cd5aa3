import { BreakpointObserver } from '@angular/cdk/layout';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, type Routes } from '@angular/router';
import { of } from 'rxjs';
import { overview, storedSession, user } from '../../testing/builders';
import type { FakeController } from '../../testing/fake-controller';
import { click, pass } from '../../testing/gestures';
import { openPage } from '../../testing/open-page';
import { allByRole, byRole, nameOf, queryByRole, textOf } from '../../testing/queries';
import { AuthStore } from '../core/auth/auth.store';
import { API_ROUTES } from '../core/http/api-routes';
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

/** The shell around a page, for somebody who is signed in. */
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
    it('leads to every page, and to the documentation in a new tab', async () => {
      await open();

      expect(links().map((link) => [nameOf(link), link.getAttribute('href')])).toEqual([
        ['Dashboard', '/'],
        ['Organizations', '/organizations'],
        ['API documentation (opens in a new tab)', '/api/docs'],
      ]);
      expect(links()[2]?.getAttribute('target')).toBe('_blank');
    });

    it('marks the page that is open, whatever it is filtered by', async () => {
      await open('/organizations?status=error');
      expect(currentLinks()).toEqual(['Organizations']);

      await click(byRole('link', 'Dashboard'));

      expect(TestBed.inject(Router).url).toBe('/');
      expect(currentLinks()).toEqual(['Dashboard']);
    });

    it('lets those who use a keyboard start at the new page', async () => {
      await open();

      await click(byRole('link', 'Organizations'));

      expect(document.activeElement).toBe(byRole('main'));
    });

    it('leaves the focus alone when only the filter changes', async () => {
      await open('/organizations');
      byRole('link', 'Organizations').focus();

      await TestBed.inject(Router).navigateByUrl('/organizations?status=error');

      expect(document.activeElement).toBe(byRole('link', 'Organizations'));
    });

    it('can be skipped', async () => {
      await open();

      await click(byRole('button', 'Skip to the content'));

      expect(document.activeElement).toBe(byRole('main'));
    });

    it('needs no menu where there is room', async () => {
      await open();

      expect(queryByRole('button', 'Menu')).toBeNull();
    });

    it('is a menu on a phone, which closes once a page is chosen', async () => {
      await openOnPhone();
      const menu = byRole('button', 'Menu');
      expect(menu.getAttribute('aria-expanded')).toBe('false');

      await click(menu);
      expect(menu.getAttribute('aria-expanded')).toBe('true');

      await click(byRole('link', 'Organizations'));
      expect(menu.getAttribute('aria-expanded')).toBe('false');
      expect(TestBed.inject(Router).url).toBe('/organizations');
    });
  });

  describe('account', () => {
    it('says who is signed in, and as what', async () => {
      await open();

      await click(byRole('button', 'ada@example.com'));

      expect(textOf()).toContain('Role: operator');
    });

    it('signs out', async () => {
      await open('/organizations');

      await click(byRole('button', 'ada@example.com'));
      await click(byRole('menuitem', 'Sign out'));

      expect(TestBed.inject(AuthStore).state()).toEqual({ name: 'signed-out', reason: 'by-choice' });
      expect(TestBed.inject(Router).url).toBe('/sign-in');
    });

    it('is an icon with a name on a phone', async () => {
      await openOnPhone();

      expect(byRole('button', 'Account of ada@example.com')).toBeDefined();
    });
  });

  describe('footer', () => {
    it('says which version runs, and for how long', async () => {
      const controller = await open();

      await controller.answer(API_ROUTES.overview, overview({ version: '1.2.3', uptime_sec: 93_784 }));

      expect(textOf()).toContain('Version 1.2.3');
      expect(textOf()).toContain('Up for 1 d 2 h');
    });

    it('claims nothing before the controller has answered', async () => {
      await open();

      expect(textOf()).not.toContain('Version');
    });
  });

  describe('reconnecting ribbon', () => {
    it('is not there while everything is live', async () => {
      const controller = await open();

      await controller.answer(API_ROUTES.overview, overview());

      expect(textOf()).not.toContain('Reconnecting');
    });

    it('says why what is on the screen is no longer live, and goes away by itself', async () => {
      const controller = await open();
      await controller.answer(API_ROUTES.overview, overview());

      await pass(2_000);
      await controller.refuse(API_ROUTES.overview, 'unavailable', { detail: 'The database is away.' });
      const ribbon = byRole('status', /Reconnecting/);
      expect(textOf(ribbon)).toContain(
        'The controller is not ready; what you see is from before. The database is away. Request id req-42.',
      );

      await pass(2_000);
      await controller.answer(API_ROUTES.overview, overview());
      expect(textOf()).not.toContain('Reconnecting');
    });

    it('names no request when nobody answered', async () => {
      const controller = await open();

      await controller.cutOff(API_ROUTES.overview);

      expect(textOf(byRole('status', /Reconnecting/))).toContain('The controller cannot be reached');
      expect(textOf()).not.toContain('Request id');
    });

    it('tries at once on "Try now"', async () => {
      const controller = await open();
      await controller.cutOff(API_ROUTES.overview);
      expect(controller.waiting(API_ROUTES.overview)).toBe(0);

      await click(byRole('button', 'Try now'));

      expect(controller.waiting(API_ROUTES.overview)).toBe(1);
    });
  });
});
