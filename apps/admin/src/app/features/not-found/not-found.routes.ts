import type { Routes } from '@angular/router';
import { NotFoundPage } from './not-found.page';
import { NOT_FOUND_TEXTS } from './not-found.texts';

export const notFoundRoutes: Routes = [
  { path: '', title: NOT_FOUND_TEXTS.titles.notFound, component: NotFoundPage },
];
