import type { Routes } from '@angular/router';

export const forbiddenRoutes: Routes = [
  {
    path: '',
    title: 'Not allowed',
    loadComponent: () => import('./forbidden.page').then((m) => m.ForbiddenPage),
  },
];
