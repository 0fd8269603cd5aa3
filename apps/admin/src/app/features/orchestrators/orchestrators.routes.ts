import type { Routes } from '@angular/router';

export const orchestratorsRoutes: Routes = [
  {
    path: '',
    title: 'Orchestrators',
    loadComponent: () => import('./orchestrator-list.page').then((m) => m.OrchestratorListPage),
  },
];
