import type { Routes } from '@angular/router';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

/** The list, and one orchestrator with its tabs. */
export const orchestratorsRoutes: Routes = [
  {
    path: '',
    title: ORCHESTRATORS_TEXTS.titles.orchestrators,
    loadComponent: () => import('./orchestrator-list.page').then((m) => m.OrchestratorListPage),
  },
  {
    path: ':id',
    title: ({ params }) => String(params['id']),
    loadComponent: () => import('./orchestrator.page').then((m) => m.OrchestratorPage),
    children: [
      { path: '', loadComponent: () => import('./overview.tab').then((m) => m.OverviewTab) },
      {
        path: 'independence',
        loadComponent: () => import('./independence.tab').then((m) => m.IndependenceTab),
      },
      { path: 'messages', loadComponent: () => import('./messages.tab').then((m) => m.MessagesTab) },
      { path: 'metrics', loadComponent: () => import('./metrics.tab').then((m) => m.MetricsTab) },
      { path: 'activity', loadComponent: () => import('./activity.tab').then((m) => m.ActivityTab) },
      {
        path: 'credentials',
        loadComponent: () => import('./credentials.tab').then((m) => m.CredentialsTab),
      },
    ],
  },
];
