import type { Routes } from '@angular/router';
import { ActivityPage } from './activity.page';
import { ACTIVITY_TEXTS } from './activity.texts';

export const activityRoutes: Routes = [
  { path: '', title: ACTIVITY_TEXTS.titles.activity, component: ActivityPage },
];
