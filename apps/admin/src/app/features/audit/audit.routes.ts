import type { Routes } from '@angular/router';
import { AUDIT_TEXTS } from './audit.texts';

/** The audit log. */
export const auditRoutes: Routes = [
  {
    path: '',
    title: AUDIT_TEXTS.titles.audit,
    loadComponent: () => import('./audit.page').then((m) => m.AuditPage),
  },
];
