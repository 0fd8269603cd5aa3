import { inject } from '@angular/core';
import { RedirectCommand, Router, type CanActivateFn } from '@angular/router';
import type { Permission } from '@moolai/contracts';
import { Permissions } from './permissions';

/**
 * Opens a page only to whom the controller would answer. Anybody else is told what is missing, at the same
 * address: whoever signs in as somebody else is there already.
 */
export function permissionGuard(permission: Permission): CanActivateFn {
  return (_route, state) => {
    if (inject(Permissions).can(permission)) return true;
    const page = inject(Router).createUrlTree(['/forbidden'], { queryParams: { permission } });
    return new RedirectCommand(page, { browserUrl: state.url });
  };
}
