import type { Routes } from '@angular/router';
import { SignInPage } from './sign-in.page';
import { SIGN_IN_TEXTS } from './sign-in.texts';

export const signInRoutes: Routes = [{ path: '', title: SIGN_IN_TEXTS.titles.signIn, component: SignInPage }];
