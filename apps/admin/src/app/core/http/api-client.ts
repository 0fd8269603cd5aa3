import {
  HttpClient,
  HttpContext,
  HttpContextToken,
  HttpErrorResponse,
  type HttpHeaders,
} from '@angular/common/http';
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
import { responseFailure, toRequestFailure, type RequestFailure } from './request-failure';

/** Marks the few requests without a token: signing in and renewing. */
export const IS_ANONYMOUS = new HttpContextToken(() => false);

/** Marks requests that need no session but return more with one: the current token is sent without renewing it. */
export const MAY_BE_ANONYMOUS = new HttpContextToken(() => false);

/** Without it a lost answer would block a page forever. */
export const PATIENCE_MS = 10_000;

/** Longer than the controller takes: before it refuses a change, it waits for a connection and then for a lock. */
const CHANGE_PATIENCE_MS = 40_000;

/** A download depends on the amount of data. */
const DOWNLOAD_PATIENCE_MS = 120_000;

/** An answer with the ETag of its state. */
export interface Tagged<T> {
  readonly data: T;
  readonly etag: string | null;
}

type Param = string | number | boolean;

/** Query parameters, without unset ones. */
export function toParams(query: object = {}): Record<string, Param> {
  const params: Record<string, Param> = {};
  for (const [name, value] of Object.entries(query as Record<string, Param | null | undefined>)) {
    if (value !== undefined && value !== null) params[name] = value;
  }
  return params;
}

interface AnyCall {
  path?: Record<string, string | number> | undefined;
  query?: unknown;
  body?: unknown;
}

/** The error of a file request is received as a file, too. */
async function blobFailure(error: unknown): Promise<RequestFailure> {
  if (!(error instanceof HttpErrorResponse) || !(error.error instanceof Blob)) return toRequestFailure(error);
  const { status, headers } = error;
  return responseFailure(
    new Response(error.error, { status, headers: { 'x-request-id': headers.get('x-request-id') ?? '' } }),
  );
}

function isHealth(body: unknown): body is SuccessEnvelope<unknown> {
  return isJsonObject(body) && body['success'] === true;
}

/** Calls the controller's REST API, typed by its operations. Rejects with a `RequestFailure`. */
@Injectable({ providedIn: 'root' })
export class ApiClient {
  private readonly http = inject(HttpClient);
  private readonly clock = inject(ServerClock);

  /** Calls an operation and returns the `data` of its answer. */
  call<Path extends string, Answer, Query, Body>(
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Answer> {
    return this.send<Answer>(operation, call, new HttpContext());
  }

  /**
   * Calls a creating operation with an idempotency key.
   * @param key the same for each attempt with the same body
   */
  callOnce<Path extends string, Answer, Query, Body>(
    key: string,
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Answer> {
    return this.send<Answer>(operation, call, new HttpContext(), { 'Idempotency-Key': key });
  }

  /**
   * Calls an operation whose answer has an `ETag`.
   * @param ifMatch the state that a change is based on; another state answers `conflict`
   */
  async callTagged<Path extends string, Answer, Query, Body>(
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
    ifMatch: string | null = null,
  ): Promise<Tagged<Answer>> {
    const headers: Record<string, string> = ifMatch === null ? {} : { 'If-Match': ifMatch };
    const { body, headers: answered } = await this.exchange<Answer>(
      operation,
      call,
      new HttpContext(),
      headers,
    );
    return { data: body, etag: answered.get('etag') };
  }

  /** Calls an operation that answers with a file. */
  async download<Path extends string, Answer, Query, Body>(
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Blob> {
    const { path, query } = call as { path?: Record<string, string | number>; query?: object };
    const options = { params: toParams(query ?? {}), responseType: 'blob' as const };
    try {
      const answer = this.http.get(urlOf(operation, path), options);
      return await firstValueFrom(answer.pipe(timeout(DOWNLOAD_PATIENCE_MS)));
    } catch (error) {
      throw await blobFailure(error);
    }
  }

  /** Calls an operation without a token. */
  async callAnonymously<Path extends string, Answer, Query, Body>(
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
    patienceMs?: number,
  ): Promise<Answer> {
    const context = new HttpContext().set(IS_ANONYMOUS, true);
    return (await this.exchange<Answer>(operation, call, context, {}, patienceMs)).body;
  }

  /** Calls an operation with this token, even if another user has signed in since. */
  callAs<Path extends string, Answer, Query, Body>(
    token: string,
    operation: Operation<Path, Answer, Query, Body>,
    call: CallOf<Path, Query, Body>,
  ): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}` };
    return this.send<Answer>(operation, call, new HttpContext().set(IS_ANONYMOUS, true), headers);
  }

  /** The controller's health, including a degraded one with 503. */
  health(): Promise<ControllerHealth> {
    return this.readHealth<ControllerHealth>(API.getHealth, IS_ANONYMOUS);
  }

  /** The same in detail. */
  internalHealth(): Promise<InternalHealth> {
    return this.readHealth<InternalHealth>(API.getInternalHealth, MAY_BE_ANONYMOUS);
  }

  /** The ways to sign in; not part of the API proper. */
  async signInMethods(): Promise<SignInMethods> {
    const context = new HttpContext().set(IS_ANONYMOUS, true);
    try {
      const answer = this.http.get<SuccessEnvelope<SignInMethods>>(SIGN_IN_METHODS_URL, { context });
      return (await firstValueFrom(answer.pipe(timeout(PATIENCE_MS)))).data;
    } catch (error) {
      throw toRequestFailure(error);
    }
  }

  private async readHealth<T>(
    operation: { readonly path: string },
    mark: HttpContextToken<boolean>,
  ): Promise<T> {
    const context = new HttpContext().set(mark, true);
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
    call: AnyCall,
    context: HttpContext,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return (await this.exchange<Answer>(operation, call, context, headers)).body;
  }

  private async exchange<Answer>(
    operation: { readonly method: string; readonly path: string },
    call: AnyCall,
    context: HttpContext,
    headers: Record<string, string>,
    patienceMs = isChange(operation) ? CHANGE_PATIENCE_MS : PATIENCE_MS,
  ): Promise<{ body: Answer; headers: HttpHeaders }> {
    const options = { body: call.body, params: toParams(call.query ?? {}), context, headers };
    const url = urlOf(operation, call.path);
    try {
      const answer = this.http.request<SuccessEnvelope<Answer>>(operation.method, url, {
        ...options,
        observe: 'response',
      });
      const { body, headers: answered } = await firstValueFrom(answer.pipe(timeout(patienceMs)));
      if (!body) throw new TypeError('the answer is empty');
      this.clock.observe(body.timestamp);
      return { body: body.data, headers: answered };
    } catch (error) {
      throw toRequestFailure(error);
    }
  }
}

/** Signing in and renewing block every page, and wait for no lock of the fleet. */
function isChange({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method !== 'GET' && !path.includes('/auth/');
}
