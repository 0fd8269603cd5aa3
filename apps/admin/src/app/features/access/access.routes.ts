import type { Routes } from '@angular/router';

/** Users of the controller. */
export const usersRoutes: Routes = [
  { path: '', title: 'Users', loadComponent: () => import('./users.page').then((m) => m.UsersPage) },
];

/** API tokens for scripts. */
export const apiTokensRoutes: Routes = [
  {
    path: '',
    title: 'API tokens',
    loadComponent: () => import('./api-tokens.page').then((m) => m.ApiTokensPage),
  },
];
