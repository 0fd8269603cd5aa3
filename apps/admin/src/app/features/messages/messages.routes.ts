import type { Routes } from '@angular/router';

/** Every message to and from the fleet. */
export const messagesRoutes: Routes = [
  {
    path: '',
    title: 'Messages',
    loadComponent: () => import('./messages.page').then((m) => m.MessagesPage),
  },
];
