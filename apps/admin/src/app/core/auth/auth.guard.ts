import { inject } from '@angular/core';
import { Router, type CanActivateFn } from '@angular/router';
import { AuthStore, safeReturnUrl } from './auth.store';

/** Lets signed-in people pass; others sign in first and come back to where they wanted to go. */
export const signedInGuard: CanActivateFn = (_route, state) => {
  if (inject(AuthStore).session()) return true;
  const returnUrl = safeReturnUrl(state.url);
  return inject(Router).createUrlTree(['/sign-in'], {
    queryParams: returnUrl === '/' ? {} : { return: returnUrl },
  });
};

/** Keeps signed-in people off the sign-in page. */
export const signedOutGuard: CanActivateFn = (route) => {
  if (!inject(AuthStore).session()) return true;
  return inject(Router).parseUrl(safeReturnUrl(route.queryParamMap.get('return')));
};
