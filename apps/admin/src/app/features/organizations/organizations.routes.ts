import type { Routes } from '@angular/router';
import { ORGANIZATIONS_TEXTS } from './organizations.texts';

/** The list, and one organization. */
export const organizationsRoutes: Routes = [
  {
    path: '',
    title: ORGANIZATIONS_TEXTS.titles.organizations,
    loadComponent: () => import('./organizations.page').then((m) => m.OrganizationsPage),
  },
  {
    path: ':id',
    title: ({ params }) => String(params['id']),
    loadComponent: () => import('./organization.page').then((m) => m.OrganizationPage),
  },
];
