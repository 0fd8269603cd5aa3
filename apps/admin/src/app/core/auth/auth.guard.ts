import { inject } from '@angular/core';
import { Router, type CanActivateFn } from '@angular/router';
import { AuthStore, safeReturnUrl } from './auth.store';

/** Admits signed-in users; others sign in first and then return to the page. */
export const signedInGuard: CanActivateFn = (_route, state) => {
  if (inject(AuthStore).session()) return true;
  const returnUrl = safeReturnUrl(state.url);
  return inject(Router).createUrlTree(['/sign-in'], {
    queryParams: returnUrl === '/' ? {} : { return: returnUrl },
  });
};

/** Redirects signed-in users away from the sign-in page. */
export const signedOutGuard: CanActivateFn = (route) => {
  if (!inject(AuthStore).session()) return true;
  return inject(Router).parseUrl(safeReturnUrl(route.queryParamMap.get('return')));
};
