import { inject } from '@angular/core';
import { RedirectCommand, Router, type CanActivateFn } from '@angular/router';
import type { Permission } from '@moolai/contracts';
import { Permissions } from './permissions';

/**
 * Opens a page for users with the permission. Others see the "forbidden" page, which names the missing permission. The
 * URL stays the same, so that the page opens after signing in as another user.
 */
export function permissionGuard(permission: Permission): CanActivateFn {
  return (_route, state) => {
    if (inject(Permissions).can(permission)) return true;
    const page = inject(Router).createUrlTree(['/forbidden'], { queryParams: { permission } });
    return new RedirectCommand(page, { browserUrl: state.url });
  };
}
