import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, type Routes } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { session, storedSession } from '../../../testing/builders';
import { click, enter, settle } from '../../../testing/gestures';
import { configureConsole, openPage } from '../../../testing/open-page';
import { byRole, fieldLabelled, textOf } from '../../../testing/queries';
import { AuthStore } from '../../core/auth/auth.store';
import { API, SIGN_IN_METHODS_URL } from '../../core/http/api-operations';
import { SignInPage } from './sign-in.page';

const ENDED = 'Your session has ended.';

@Component({ template: '' })
class AnyPage {}

const ROUTES: Routes = [
  { path: 'sign-in', component: SignInPage },
  { path: '**', component: AnyPage },
];

function submitButton(): HTMLElement {
  return byRole('button', /^Sign/);
}

async function signIn(email = 'ada@example.com', password = 'secret'): Promise<void> {
  await enter(fieldLabelled('E-mail address'), email);
  await enter(fieldLabelled('Password'), password);
  await click(submitButton());
}

describe('SignInPage', () => {
  it('supports password managers, and hides the password', async () => {
    await openPage(ROUTES, '/sign-in');

    expect(fieldLabelled('E-mail address').autocomplete).toBe('username');
    expect(fieldLabelled('Password').autocomplete).toBe('current-password');
    expect(fieldLabelled('Password').type).toBe('password');
  });

  it('signs in with the input, without spaces around the address', async () => {
    const controller = await openPage(ROUTES, '/sign-in');

    await signIn('  ada@example.com ', ' secret ');

    expect(controller.take(API.login).request.body).toEqual({
      email: 'ada@example.com',
      password: ' secret ',
      use_cookie: true,
    });
  });

  it.each([
    ['', 'secret', 'Enter your e-mail address.'],
    ['   ', 'secret', 'Enter your e-mail address.'],
    ['ada@example.com', '', 'Enter your password.'],
  ])('asks for missing input instead of sending it: %j, %j', async (email, password, words) => {
    const controller = await openPage(ROUTES, '/sign-in');

    await signIn(email, password);

    expect(textOf()).toContain(words);
    expect(controller.waiting(API.login)).toBe(0);
  });

  it('reports nothing missing before the first attempt', async () => {
    await openPage(ROUTES, '/sign-in');

    expect(textOf()).not.toContain('Enter your');
  });

  it('shows progress, and sends nothing twice', async () => {
    const controller = await openPage(ROUTES, '/sign-in');

    await signIn();
    expect(textOf(submitButton())).toBe('Signing in…');
    await click(submitButton());

    expect(controller.waiting(API.login)).toBe(1);
  });

  describe('when it is refused', () => {
    it("shows the controller's text, and keeps the input", async () => {
      const controller = await openPage(ROUTES, '/sign-in');

      await signIn('ada@example.com', 'wrong');
      await controller.refuse(API.login, 'forbidden', { detail: 'Wrong e-mail or password.' });

      expect(textOf(byRole('alert'))).toBe('Wrong e-mail or password.');
      expect(fieldLabelled('E-mail address').value).toBe('ada@example.com');
      expect(textOf(submitButton())).toBe('Sign in');
    });

    it('says how long to wait after too many attempts, and what else to try', async () => {
      const controller = await openPage(ROUTES, '/sign-in');
      const detail =
        'Too many attempts have failed. Try again in 15 min, or sign in from a browser or an address that you have ' +
        'signed in from before.';

      await signIn('ada@example.com', 'wrong');
      await controller.refuse(API.login, 'rate_limited', { detail });

      expect(textOf(byRole('alert'))).toBe(detail);
    });

    it('shows the request id of an unexpected failure', async () => {
      const controller = await openPage(ROUTES, '/sign-in');

      await signIn();
      await controller.refuse(API.login, 'internal_error', { detail: 'Something broke.' });

      expect(textOf(byRole('alert'))).toBe('Something broke. Request id req-42');
    });

    it('says what to do if the controller cannot be reached', async () => {
      const controller = await openPage(ROUTES, '/sign-in');

      await signIn();
      await controller.cutOff(API.login);

      expect(textOf(byRole('alert'))).toContain('The controller cannot be reached. Check that it is running');
    });

    it('can be tried again', async () => {
      const controller = await openPage(ROUTES, '/sign-in');
      await signIn('ada@example.com', 'wrong');
      await controller.refuse(API.login, 'forbidden');

      await signIn();
      expect(textOf(byRole('alert'))).toBe('');
      await controller.answer(API.login, session());

      expect(TestBed.inject(Router).url).toBe('/');
    });
  });

  describe('afterwards', () => {
    it.each([
      ['/sign-in', '/'],
      ['/sign-in?return=%2Forganizations%3Fstatus%3Derror', '/organizations?status=error'],
      ['/sign-in?return=%2F%2Fevil.example', '/'],
      ['/sign-in?return=https%3A%2F%2Fevil.example', '/'],
    ])('leads from %s to %s', async (url, destination) => {
      const controller = await openPage(ROUTES, url);

      await signIn();
      await controller.answer(API.login, session());

      expect(TestBed.inject(Router).url).toBe(destination);
    });
  });

  describe('with a provider', () => {
    it('leads there if the controller offers it', async () => {
      const controller = await openPage(ROUTES, '/sign-in');
      await controller.answer(SIGN_IN_METHODS_URL, { password: true, oidc: true });

      const link = byRole('link', 'Sign in with your identity provider') as HTMLAnchorElement;
      expect(link.getAttribute('href')).toBe('/auth/oidc/login');
    });

    it.each([
      ['without one', { password: true, oidc: false }],
      ['when the controller does not say', null],
    ])('hides it %s', async (_, methods) => {
      const controller = await openPage(ROUTES, '/sign-in');
      if (methods) await controller.answer(SIGN_IN_METHODS_URL, methods);
      else await controller.cutOff(SIGN_IN_METHODS_URL);

      expect(textOf()).not.toContain('provider');
    });

    it('continues to the console with the returned session', async () => {
      const controller = await openPage(ROUTES, '/sign-in?oidc=ok');
      await controller.answer(API.refreshSession, session());

      expect(TestBed.inject(Router).url).toBe('/');
    });

    it.each([
      ['no_role', 'Your account has no role here.'],
      ['email_taken', 'Sign in with that password.'],
      ['no_role_claim', 'Tell an administrator: the claim named by OIDC_ROLE_CLAIM is missing'],
      ['issuer_changed', "add that provider's issuer to OIDC_PREVIOUS_ISSUERS, or delete that user"],
      ['something-new', 'identity provider failed'],
      ['constructor', 'identity provider failed'],
    ])('shows why it was refused: %s', async (reason, words) => {
      const controller = await openPage(ROUTES, `/sign-in?oidc=${reason}`);

      expect(textOf()).toContain(words);
      expect(controller.waiting(API.refreshSession)).toBe(0);
    });
  });

  it('shows the request id of the refusal in the log, and no other text', async () => {
    const id = '0f9d8c7b-6a5e-4d3c-8b1a-0123456789ab';
    await openPage(ROUTES, `/sign-in?oidc=no_role&request_id=${id}`);
    expect(textOf()).toContain(`Request id ${id}`);
  });

  it('shows no request id in another format', async () => {
    await openPage(ROUTES, '/sign-in?oidc=no_role&request_id=call-0900-12345');
    expect(textOf()).not.toContain('0900');
  });

  describe('after a session', () => {
    it('says that it has ended', async () => {
      const controller = configureConsole(ROUTES, storedSession());
      void TestBed.inject(AuthStore).renew();
      await controller.refuse(API.refreshSession, 'unauthorized');
      await RouterTestingHarness.create('/sign-in');
      await settle();

      expect(textOf(byRole('status'))).toContain(ENDED);
    });

    it('shows nothing after signing out', async () => {
      const controller = configureConsole(ROUTES, storedSession());
      const done = TestBed.inject(AuthStore).signOut();
      await controller.cutOff(API.logout);
      await done;
      await RouterTestingHarness.create('/sign-in');
      await settle();

      expect(textOf()).not.toContain(ENDED);
    });
  });
});
