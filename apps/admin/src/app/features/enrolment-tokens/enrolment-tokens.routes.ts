import type { Routes } from '@angular/router';

export const enrolmentTokensRoutes: Routes = [
  {
    path: '',
    title: 'Enrolment tokens',
    loadComponent: () => import('./enrolment-tokens.page').then((m) => m.EnrolmentTokensPage),
  },
];
