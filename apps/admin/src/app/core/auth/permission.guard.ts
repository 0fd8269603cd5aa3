import { inject } from '@angular/core';
import { RedirectCommand, Router, type CanActivateFn } from '@angular/router';
import type { Permission } from '@moolai/contracts';
import { Permissions } from './permissions';

/**
 * Opens a page only with the permission. Otherwise shows what is missing at the same URL, so that signing in as another
 * user continues there.
 */
export function permissionGuard(permission: Permission): CanActivateFn {
  return (_route, state) => {
    if (inject(Permissions).can(permission)) return true;
    const page = inject(Router).createUrlTree(['/forbidden'], { queryParams: { permission } });
    return new RedirectCommand(page, { browserUrl: state.url });
  };
}
