import type { Routes } from '@angular/router';
import { SignInPage } from './sign-in.page';

export const signInRoutes: Routes = [{ path: '', title: 'Sign in', component: SignInPage }];
