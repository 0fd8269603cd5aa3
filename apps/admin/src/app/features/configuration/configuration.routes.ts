import type { Routes } from '@angular/router';
import type { ConfigurationPage } from './configuration.page';

const loadComponent = (): Promise<typeof ConfigurationPage> =>
  import('./configuration.page').then((m) => m.ConfigurationPage);
const canDeactivate = [(page: ConfigurationPage): Promise<boolean> | boolean => page.mayLeave()];

/** The three levels of a configuration, each with its own URL. */
export const configurationRoutes: Routes = [
  { path: '', title: 'Configuration', data: { kind: 'fleet' }, loadComponent, canDeactivate },
  {
    path: 'organizations/:id',
    title: ({ params }) => `Settings of ${String(params['id'])}`,
    data: { kind: 'organization' },
    loadComponent,
    canDeactivate,
  },
  {
    path: 'orchestrators/:id',
    title: ({ params }) => `Configuration of ${String(params['id'])}`,
    data: { kind: 'orchestrator' },
    loadComponent,
    canDeactivate,
  },
];
