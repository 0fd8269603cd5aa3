import type { Routes } from '@angular/router';

export const backupsRoutes: Routes = [
  {
    path: '',
    title: 'Backups',
    loadComponent: () => import('./backups.page').then((m) => m.BackupsPage),
  },
];
