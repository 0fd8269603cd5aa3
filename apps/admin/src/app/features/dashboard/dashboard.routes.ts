import type { Routes } from '@angular/router';
import { DashboardPage } from './dashboard.page';

export const dashboardRoutes: Routes = [{ path: '', title: 'Dashboard', component: DashboardPage }];
