import type { Routes } from '@angular/router';
import { OrganizationsPage } from './organizations.page';

export const organizationsRoutes: Routes = [
  { path: '', title: 'Organizations', component: OrganizationsPage },
];
