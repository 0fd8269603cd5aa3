import type { Routes } from '@angular/router';
import { COSTS_TEXTS } from './costs.texts';

/** Usage and cost of models. */
export const costsRoutes: Routes = [
  {
    path: '',
    title: COSTS_TEXTS.titles.costs,
    loadComponent: () => import('./costs.page').then((m) => m.CostsPage),
  },
];
