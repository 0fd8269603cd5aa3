import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
  type ApplicationConfig,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withInMemoryScrolling,
  withNavigationErrorHandler,
} from '@angular/router';
import { routes } from './app.routes';
import { authInterceptor } from './core/auth/auth.interceptor';
import { AuthStore } from './core/auth/auth.store';
import { SessionVault } from './core/auth/session-vault';
import { ConsoleCode, isMissingCode } from './core/code/console-code';
import { PageTitleStrategy } from './core/page-title';
import { ThemeStore } from './core/theme/theme.store';

/** What the console is made of. */
export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled' }),
      withNavigationErrorHandler(({ url, error }) => {
        if (isMissingCode(error)) void inject(ConsoleCode).open(url);
      }),
    ),
    provideHttpClient(withInterceptors([authInterceptor])),
    { provide: TitleStrategy, useClass: PageTitleStrategy },
    // Before anything is drawn, so that a chosen theme does not flash the other one.
    provideAppInitializer(() => void inject(ThemeStore)),
    // A new tab of a browser that is signed in asks nobody to sign in again.
    provideAppInitializer(() => {
      const vault = inject(SessionVault);
      if (vault.read() || !vault.isSignedInElsewhere) return undefined;
      return inject(AuthStore)
        .resume()
        .then(() => undefined);
    }),
  ],
};
