import { HttpClient, HttpContext, HttpContextToken, HttpErrorResponse } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import {
  isJsonObject,
  type ControllerHealth,
  type InternalHealth,
  type SignInMethods,
  type SuccessEnvelope,
} from '@moolai/contracts';
import { firstValueFrom, timeout } from 'rxjs';
import { ServerClock } from '../time/server-clock';
import { API, SIGN_IN_METHODS_URL, urlOf, type CallOf, type Operation } from './api-operations';
import { toRequestFailure } from './request-failure';

/** Marks the few requests that need no token: signing in, and getting a new token. */
export const IS_ANONYMOUS = new HttpContextToken(() => false);

/** Longer than the controller ever takes; without it one lost answer would hold a page for good. */
export const PATIENCE_MS = 10_000;

type Param = string | number | boolean;

/** Query parameters as they are sent: what is not set is left out. */
export function toParams(query: object = {}): Record<string, Param> {
  const params: Record<string, Param> = {};
  for (const [name, value] of Object.entries(query as Record<string, Param | null | undefined>)) {
    if (value !== undefined && value !== null) params[name] = value;
  }
  return params;
}

function isHealth(body: unknown): body is SuccessEnvelope<unknown> {
  return isJsonObject(body) && body['success'] === true;
}

/** Calls the controller's REST API, typed by its operations. Rejects with a `RequestFailure`. */
@Injectable({ providedIn: 'root' })
export class ApiClient {
  private readonly http = inject(HttpClient);
  private readonly clock = inject(ServerClock);

  /** Calls an operation and gives the `data` of its answer. */
  call<Path extends string, Answer, Query, Body>(
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Answer> {
    return this.send<Answer>(operation, call, new HttpContext());
  }

  /** Calls an operation without a token. */
  callAnonymously<Path extends string, Answer, Query, Body>(
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Answer> {
    return this.send<Answer>(operation, call, new HttpContext().set(IS_ANONYMOUS, true));
  }

  /** Calls an operation with this token, whoever is signed in by now. */
  callAs<Path extends string, Answer, Query, Body>(
    token: string,
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}` };
    return this.send<Answer>(operation, call, new HttpContext().set(IS_ANONYMOUS, true), headers);
  }

  /** How the controller is: a degraded one answers too, with 503. */
  health(): Promise<ControllerHealth> {
    return this.readHealth<ControllerHealth>(API.health);
  }

  /** The same in parts. */
  internalHealth(): Promise<InternalHealth> {
    return this.readHealth<InternalHealth>(API.internalHealth);
  }

  /** How one can sign in; not part of the API proper. */
  async signInMethods(): Promise<SignInMethods> {
    const context = new HttpContext().set(IS_ANONYMOUS, true);
    try {
      const answer = this.http.get<SuccessEnvelope<SignInMethods>>(SIGN_IN_METHODS_URL, { context });
      return (await firstValueFrom(answer.pipe(timeout(PATIENCE_MS)))).data;
    } catch (error) {
      throw toRequestFailure(error);
    }
  }

  private async readHealth<T>(operation: { readonly path: string }): Promise<T> {
    const context = new HttpContext().set(IS_ANONYMOUS, true);
    try {
      const answer = this.http.get<SuccessEnvelope<T>>(urlOf(operation), { context });
      return (await firstValueFrom(answer.pipe(timeout(PATIENCE_MS)))).data;
    } catch (error) {
      if (error instanceof HttpErrorResponse && isHealth(error.error)) return error.error.data as T;
      throw toRequestFailure(error);
    }
  }

  private async send<Answer>(
    operation: { readonly method: string; readonly path: string },
    call: { path?: Record<string, string | number> | undefined; query?: unknown; body?: unknown },
    context: HttpContext,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const options = { body: call.body, params: toParams(call.query ?? {}), context, headers };
    const url = urlOf(operation, call.path);
    try {
      const answer = this.http.request<SuccessEnvelope<Answer>>(operation.method, url, options);
      const envelope = await firstValueFrom(answer.pipe(timeout(PATIENCE_MS)));
      this.clock.observe(envelope.timestamp);
      return envelope.data;
    } catch (error) {
      throw toRequestFailure(error);
    }
  }
}
