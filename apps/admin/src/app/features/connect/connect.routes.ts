import type { Routes } from '@angular/router';
import { ConnectPage } from './connect.page';
import { CONNECT_TEXTS } from './connect.texts';

export const connectRoutes: Routes = [
  { path: '', title: CONNECT_TEXTS.titles.connectAnOrchestrator, component: ConnectPage },
];
