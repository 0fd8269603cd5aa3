import type { Routes } from '@angular/router';
import { SETTINGS_TEXTS } from './settings.texts';

/** One's own account and preferences, and how the controller is. */
export const settingsRoutes: Routes = [
  {
    path: '',
    title: SETTINGS_TEXTS.titles.settings,
    loadComponent: () => import('./settings.page').then((m) => m.SettingsPage),
  },
];
