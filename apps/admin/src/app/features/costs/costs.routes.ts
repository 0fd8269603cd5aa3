import type { Routes } from '@angular/router';

/** What models used, and what it cost. */
export const costsRoutes: Routes = [
  { path: '', title: 'Costs', loadComponent: () => import('./costs.page').then((m) => m.CostsPage) },
];
