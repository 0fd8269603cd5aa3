import type { Routes } from '@angular/router';
import { COSTS_TEXTS } from './costs.texts';

/** What models used, and what it cost. */
export const costsRoutes: Routes = [
  {
    path: '',
    title: COSTS_TEXTS.titles.costs,
    loadComponent: () => import('./costs.page').then((m) => m.CostsPage),
  },
];
