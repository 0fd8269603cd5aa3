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

/** Providers of the console. */
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
    // Before the first rendering, so that the chosen theme does not flicker.
    provideAppInitializer(() => void inject(ThemeStore)),
    // In a new tab of a signed-in browser no sign-in is needed.
    provideAppInitializer(() => {
      const vault = inject(SessionVault);
      if (vault.read() || !vault.isSignedInElsewhere) return undefined;
      return inject(AuthStore)
        .resume()
        .then(() => undefined);
    }),
  ],
};
