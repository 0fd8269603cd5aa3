import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, type Routes } from '@angular/router';
import { storedSession } from '../../../testing/builders';
import { configureConsole } from '../../../testing/open-page';
import { signedInGuard, signedOutGuard } from './auth.guard';

@Component({ template: '' })
class AnyPage {}

const ROUTES: Routes = [
  { path: 'sign-in', canActivate: [signedOutGuard], component: AnyPage },
  { path: '**', canActivate: [signedInGuard], component: AnyPage },
];

/** The final URL after opening one. */
async function open(url: string, { isSignedIn }: { isSignedIn: boolean }): Promise<string> {
  configureConsole(ROUTES, isSignedIn ? storedSession() : null);
  const router = TestBed.inject(Router);
  await router.navigateByUrl(url);
  return router.url;
}

describe('signedInGuard', () => {
  it('lets a signed-in user open a page', async () => {
    expect(await open('/organizations?status=error', { isSignedIn: true })).toBe(
      '/organizations?status=error',
    );
  });

  it('asks others to sign in first, and remembers the page', async () => {
    const url = await open('/organizations?status=error', { isSignedIn: false });

    expect(url).toBe('/sign-in?return=%2Forganizations%3Fstatus%3Derror');
  });

  it('does not remember the dashboard, which is the default', async () => {
    expect(await open('/', { isSignedIn: false })).toBe('/sign-in');
  });
});

describe('signedOutGuard', () => {
  it('allows signing in', async () => {
    expect(await open('/sign-in?return=%2Forganizations', { isSignedIn: false })).toBe(
      '/sign-in?return=%2Forganizations',
    );
  });

  it('sends a signed-in user to the requested page', async () => {
    const url = await open('/sign-in?return=%2Forganizations%3Fstatus%3Derror', { isSignedIn: true });

    expect(url).toBe('/organizations?status=error');
  });

  it.each(['/sign-in', '/sign-in?return=%2F%2Fevil.example', '/sign-in?return=https%3A%2F%2Fevil.example'])(
    'sends a signed-in user from %p to the dashboard',
    async (url) => {
      expect(await open(url, { isSignedIn: true })).toBe('/');
    },
  );
});
