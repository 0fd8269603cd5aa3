import type { Routes } from '@angular/router';
import { INSTANCES_TEXTS } from './instances.texts';

export const instancesRoutes: Routes = [
  {
    path: '',
    title: INSTANCES_TEXTS.titles.page,
    loadComponent: () => import('./instances.page').then((m) => m.InstancesPage),
  },
];
