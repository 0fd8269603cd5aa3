import type { Routes } from '@angular/router';
import { FORBIDDEN_TEXTS } from './forbidden.texts';

export const forbiddenRoutes: Routes = [
  {
    path: '',
    title: FORBIDDEN_TEXTS.titles.notAllowed,
    loadComponent: () => import('./forbidden.page').then((m) => m.ForbiddenPage),
  },
];
