import type { Routes } from '@angular/router';
import { NotFoundPage } from './not-found.page';

export const notFoundRoutes: Routes = [{ path: '', title: 'Not found', component: NotFoundPage }];
