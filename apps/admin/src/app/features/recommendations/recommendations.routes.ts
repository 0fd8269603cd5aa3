import type { Routes } from '@angular/router';
import { RECOMMENDATIONS_TEXTS } from './recommendations.texts';

/** Recommendations of orchestrators. */
export const recommendationsRoutes: Routes = [
  {
    path: '',
    title: RECOMMENDATIONS_TEXTS.titles.recommendations,
    loadComponent: () => import('./recommendations.page').then((m) => m.RecommendationsPage),
  },
];
