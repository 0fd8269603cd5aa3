import type { Routes } from '@angular/router';
import { ACCESS_TEXTS } from './access.texts';

const TEXTS = ACCESS_TEXTS.titles;

/** Users of the controller. */
export const usersRoutes: Routes = [
  { path: '', title: TEXTS.users, loadComponent: () => import('./users.page').then((m) => m.UsersPage) },
];

/** API tokens for scripts. */
export const apiTokensRoutes: Routes = [
  {
    path: '',
    title: TEXTS.apiTokens,
    loadComponent: () => import('./api-tokens.page').then((m) => m.ApiTokensPage),
  },
];
