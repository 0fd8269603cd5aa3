import type { Routes } from '@angular/router';
import { RECOMMENDATIONS_TEXTS } from './recommendations.texts';

/** What orchestrators recommend. */
export const recommendationsRoutes: Routes = [
  {
    path: '',
    title: RECOMMENDATIONS_TEXTS.titles.recommendations,
    loadComponent: () => import('./recommendations.page').then((m) => m.RecommendationsPage),
  },
];
