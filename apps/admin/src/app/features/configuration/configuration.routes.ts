import type { Routes } from '@angular/router';
import type { ConfigurationPage } from './configuration.page';
import { CONFIGURATION_TEXTS } from './configuration.texts';

const TEXTS = CONFIGURATION_TEXTS.titles;

const loadComponent = (): Promise<typeof ConfigurationPage> =>
  import('./configuration.page').then((m) => m.ConfigurationPage);
const canDeactivate = [(page: ConfigurationPage): Promise<boolean> | boolean => page.mayLeave()];

/** The three levels of a configuration, each with its own URL. */
export const configurationRoutes: Routes = [
  { path: '', title: TEXTS.configuration, data: { kind: 'fleet' }, loadComponent, canDeactivate },
  {
    path: 'organizations/:id',
    title: ({ params }) => TEXTS.settingsOf(String(params['id'])),
    data: { kind: 'organization' },
    loadComponent,
    canDeactivate,
  },
  {
    path: 'orchestrators/:id',
    title: ({ params }) => TEXTS.configurationOf(String(params['id'])),
    data: { kind: 'orchestrator' },
    loadComponent,
    canDeactivate,
  },
];
