import type { Routes } from '@angular/router';
import { signedInGuard, signedOutGuard } from './core/auth/auth.guard';
import { permissionGuard } from './core/auth/permission.guard';

/** The console's pages; each loads its code when it is first opened. */
export const routes: Routes = [
  {
    path: 'sign-in',
    canActivate: [signedOutGuard],
    loadChildren: () => import('./features/sign-in/sign-in.routes').then((m) => m.signInRoutes),
  },
  {
    path: '',
    canActivate: [signedInGuard],
    loadComponent: () => import('./shell/shell').then((m) => m.Shell),
    children: [
      {
        path: '',
        pathMatch: 'full',
        loadChildren: () => import('./features/home').then((m) => m.homeRoutes),
      },
      {
        path: 'orchestrators',
        loadChildren: () => import('./features/orchestrators').then((m) => m.orchestratorsRoutes),
      },
      {
        path: 'organizations',
        loadChildren: () => import('./features/organizations').then((m) => m.organizationsRoutes),
      },
      {
        path: 'activity',
        loadChildren: () => import('./features/activity').then((m) => m.activityRoutes),
      },
      {
        path: 'connect',
        loadChildren: () => import('./features/connect').then((m) => m.connectRoutes),
      },
      {
        path: 'configuration',
        loadChildren: () => import('./features/configuration').then((m) => m.configurationRoutes),
      },
      {
        path: 'messages',
        loadChildren: () => import('./features/messages').then((m) => m.messagesRoutes),
      },
      {
        path: 'recommendations',
        loadChildren: () => import('./features/recommendations').then((m) => m.recommendationsRoutes),
      },
      {
        path: 'costs',
        loadChildren: () => import('./features/costs').then((m) => m.costsRoutes),
      },
      {
        path: 'audit',
        canActivate: [permissionGuard('audit:read')],
        loadChildren: () => import('./features/audit').then((m) => m.auditRoutes),
      },
      {
        path: 'users',
        canActivate: [permissionGuard('users:manage')],
        loadChildren: () => import('./features/access').then((m) => m.usersRoutes),
      },
      {
        path: 'api-tokens',
        canActivate: [permissionGuard('users:manage')],
        loadChildren: () => import('./features/access').then((m) => m.apiTokensRoutes),
      },
      {
        path: 'backups',
        canActivate: [permissionGuard('fleet:manage')],
        loadChildren: () => import('./features/backups').then((m) => m.backupsRoutes),
      },
      {
        path: 'settings',
        loadChildren: () => import('./features/settings').then((m) => m.settingsRoutes),
      },
      {
        path: 'enrolment-tokens',
        canActivate: [permissionGuard('orchestrators:manage')],
        loadChildren: () => import('./features/enrolment-tokens').then((m) => m.enrolmentTokensRoutes),
      },
      {
        path: 'instances',
        canActivate: [permissionGuard('fleet:manage')],
        loadChildren: () => import('./features/instances').then((m) => m.instancesRoutes),
      },
      {
        path: 'forbidden',
        loadChildren: () => import('./features/forbidden').then((m) => m.forbiddenRoutes),
      },
      {
        path: '**',
        loadChildren: () => import('./features/not-found/not-found.routes').then((m) => m.notFoundRoutes),
      },
    ],
  },
];
