import type { Routes } from '@angular/router';

/** One's own account and preferences, and how the controller is. */
export const settingsRoutes: Routes = [
  { path: '', title: 'Settings', loadComponent: () => import('./settings.page').then((m) => m.SettingsPage) },
];
