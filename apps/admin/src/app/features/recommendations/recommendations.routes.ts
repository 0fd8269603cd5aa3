import type { Routes } from '@angular/router';

/** What orchestrators recommend. */
export const recommendationsRoutes: Routes = [
  {
    path: '',
    title: 'Recommendations',
    loadComponent: () => import('./recommendations.page').then((m) => m.RecommendationsPage),
  },
];
