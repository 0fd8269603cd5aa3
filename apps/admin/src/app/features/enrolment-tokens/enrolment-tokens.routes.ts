import type { Routes } from '@angular/router';
import { ENROLMENT_TOKENS_TEXTS } from './enrolment-tokens.texts';

export const enrolmentTokensRoutes: Routes = [
  {
    path: '',
    title: ENROLMENT_TOKENS_TEXTS.titles.enrolmentTokens,
    loadComponent: () => import('./enrolment-tokens.page').then((m) => m.EnrolmentTokensPage),
  },
];
