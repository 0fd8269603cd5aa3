import { provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { storedSession } from '../testing/builders';
import { settle } from '../testing/gestures';
import { byRole } from '../testing/queries';
import { appConfig } from './app.config';
import { SessionVault } from './core/auth/session-vault';

/** The whole console as in production, opened at a URL. */
async function open(url: string, { isSignedIn }: { isSignedIn: boolean }): Promise<void> {
  TestBed.configureTestingModule({ providers: [...appConfig.providers, provideHttpClientTesting()] });
  if (isSignedIn) TestBed.inject(SessionVault).write(storedSession());
  const harness = await RouterTestingHarness.create();
  await TestBed.inject(Router).navigateByUrl(url);
  harness.detectChanges();
  await settle();
}

describe('the console', () => {
  it.each([
    ['/', 'Home'],
    ['/orchestrators', 'Orchestrators'],
    ['/organizations', 'Organizations'],
    ['/activity', 'Activity'],
    ['/connect', 'Connect an orchestrator'],
    ['/nowhere', 'Page not found'],
  ])('shows a signed-in user at %s the page "%s" with the navigation', async (url, heading) => {
    await open(url, { isSignedIn: true });

    expect(byRole('heading', heading, byRole('main'))).toBeDefined();
    expect(byRole('navigation', 'Main')).toBeDefined();
  });

  it('asks others to sign in, and sets the title', async () => {
    await open('/organizations', { isSignedIn: false });

    expect(byRole('heading', 'Sign in')).toBeDefined();
    expect(TestBed.inject(Router).url).toBe('/sign-in?return=%2Forganizations');
    expect(document.title).toBe('Sign in · Moolai Controller');
  });
});
