import type { Routes } from '@angular/router';

/** Who changed what. */
export const auditRoutes: Routes = [
  { path: '', title: 'Audit', loadComponent: () => import('./audit.page').then((m) => m.AuditPage) },
];
