import type { Routes } from '@angular/router';
import { SETTINGS_TEXTS } from './settings.texts';

/** The user's account and preferences, and the controller's health. */
export const settingsRoutes: Routes = [
  {
    path: '',
    title: SETTINGS_TEXTS.titles.settings,
    loadComponent: () => import('./settings.page').then((m) => m.SettingsPage),
  },
];
