import type { Routes } from '@angular/router';
import { MESSAGES_TEXTS } from './messages.texts';

/** Messages to and from the fleet. */
export const messagesRoutes: Routes = [
  {
    path: '',
    title: MESSAGES_TEXTS.titles.messages,
    loadComponent: () => import('./messages.page').then((m) => m.MessagesPage),
  },
];
