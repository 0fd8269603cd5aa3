import type { Routes } from '@angular/router';

/** Messages to and from the fleet. */
export const messagesRoutes: Routes = [
  {
    path: '',
    title: 'Messages',
    loadComponent: () => import('./messages.page').then((m) => m.MessagesPage),
  },
];
