import type { Routes } from '@angular/router';

/** The list, and one organization. */
export const organizationsRoutes: Routes = [
  {
    path: '',
    title: 'Organizations',
    loadComponent: () => import('./organizations.page').then((m) => m.OrganizationsPage),
  },
  {
    path: ':id',
    title: ({ params }) => String(params['id']),
    loadComponent: () => import('./organization.page').then((m) => m.OrganizationPage),
  },
];
