import {
  HttpErrorResponse,
  type HttpEvent,
  type HttpHandlerFn,
  type HttpInterceptorFn,
  type HttpRequest,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, from, switchMap, throwError, type Observable } from 'rxjs';
import { CORE_TEXTS } from '../core.texts';
import { IS_ANONYMOUS, MAY_BE_ANONYMOUS } from '../http/api-client';
import { ApiError, NetworkError } from '../http/request-failure';
import { AuthStore } from './auth.store';

function isRefusal(error: unknown): error is HttpErrorResponse {
  return error instanceof HttpErrorResponse && (error.status === 401 || error.status === 403);
}

/** Sends the current access token. */
function send(
  auth: AuthStore,
  request: HttpRequest<unknown>,
  next: HttpHandlerFn,
): Observable<HttpEvent<unknown>> {
  const session = auth.session();
  if (!session) return next(request);
  return next(request.clone({ setHeaders: { Authorization: `Bearer ${session.accessToken}` } }));
}

/** Renews the session, then sends the request; fails with `refusal` if that is impossible. */
function renewAndSend(
  auth: AuthStore,
  request: HttpRequest<unknown>,
  next: HttpHandlerFn,
  refusal: HttpErrorResponse | undefined,
): Observable<HttpEvent<unknown>> {
  return from(auth.renew()).pipe(
    switchMap((renewal) => {
      if (renewal === 'unreachable') return throwError(() => new NetworkError());
      if (renewal === 'renewed') return send(auth, request, next);
      return throwError(
        () => refusal ?? new ApiError('unauthorized', CORE_TEXTS.failures.sessionEnded, null),
      );
    }),
  );
}

/**
 * Adds the access token, and renews it when it is about to expire or was refused. A refusal right after a renewal means
 * "not allowed" and is passed on.
 */
export const authInterceptor: HttpInterceptorFn = (request, next) => {
  if (request.context.get(IS_ANONYMOUS)) return next(request);
  const auth = inject(AuthStore);
  if (request.context.get(MAY_BE_ANONYMOUS)) return send(auth, request, next);
  const session = auth.session();
  if (session && auth.isExpiring(session)) return renewAndSend(auth, request, next, undefined);
  return send(auth, request, next).pipe(
    catchError((error: unknown) => {
      if (!session || !isRefusal(error)) return throwError(() => error);
      // Another request may have renewed it in the meantime.
      const current = auth.session();
      if (current && current.accessToken !== session.accessToken) return send(auth, request, next);
      if (error.status === 403 && !auth.mayBeStale(session)) return throwError(() => error);
      return renewAndSend(auth, request, next, error);
    }),
  );
};
