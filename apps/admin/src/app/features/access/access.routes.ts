import type { Routes } from '@angular/router';

/** Who administrates. */
export const usersRoutes: Routes = [
  { path: '', title: 'Users', loadComponent: () => import('./users.page').then((m) => m.UsersPage) },
];

/** Which scripts do. */
export const apiTokensRoutes: Routes = [
  {
    path: '',
    title: 'API tokens',
    loadComponent: () => import('./api-tokens.page').then((m) => m.ApiTokensPage),
  },
];
