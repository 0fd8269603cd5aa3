import type { Routes } from '@angular/router';
import { ConnectPage } from './connect.page';

export const connectRoutes: Routes = [{ path: '', title: 'Connect an orchestrator', component: ConnectPage }];
