import type { Routes } from '@angular/router';
import { BACKUPS_TEXTS } from './backups.texts';

export const backupsRoutes: Routes = [
  {
    path: '',
    title: BACKUPS_TEXTS.titles.backups,
    loadComponent: () => import('./backups.page').then((m) => m.BackupsPage),
  },
];
