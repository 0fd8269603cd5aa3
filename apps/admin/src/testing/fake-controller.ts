import { provideHttpClient, withInterceptors, type HttpRequest } from '@angular/common/http';
import {
  HttpTestingController,
  provideHttpClientTesting,
  type TestRequest,
} from '@angular/common/http/testing';
import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ERROR_STATUS, type ErrorEnvelope, type ErrorType } from '@moolai/contracts';
import { authInterceptor } from '../app/core/auth/auth.interceptor';
import { refusal, success } from './builders';
import { settle } from './gestures';

/** The console's network code, as in production up to the wire. */
export function provideNetwork(): (EnvironmentProviders | Provider)[] {
  return [provideHttpClient(withInterceptors([authInterceptor])), provideHttpClientTesting()];
}

/** An expected request: a URL, or an operation with any parameters. */
export type Asked = string | { readonly method: string; readonly path: string };

function matcher(what: Asked): (request: HttpRequest<unknown>) => boolean {
  if (typeof what === 'string') return ({ url }) => url === what;
  const address = new RegExp(`^${what.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  return ({ method, url }) => method === what.method && address.test(url);
}

/** A controller that answers requests in the order of the test. */
export class FakeController {
  private readonly http = TestBed.inject(HttpTestingController);

  /** Number of pending requests of this kind. */
  waiting(what: Asked): number {
    const isIt = matcher(what);
    let count = 0;
    this.http.match((request) => {
      if (isIt(request)) count += 1;
      return false;
    });
    return count;
  }

  /** Returns the only pending request of this kind; fails if there is none or more than one. */
  take(what: Asked): TestRequest {
    return this.http.expectOne(matcher(what));
  }

  /** Returns all pending requests of this kind. */
  takeAll(what: Asked): TestRequest[] {
    return this.http.match(matcher(what));
  }

  async answer(what: Asked, data: unknown, headers: Record<string, string> = {}): Promise<void> {
    await this.reply(this.take(what), data, headers);
  }

  async reply(request: TestRequest, data: unknown, headers: Record<string, string> = {}): Promise<void> {
    request.flush(success(data), { headers });
    await settle();
  }

  async refuse(what: Asked, error: ErrorType, overrides: Partial<ErrorEnvelope> = {}): Promise<void> {
    await this.replyWithRefusal(this.take(what), error, overrides);
  }

  async replyWithRefusal(
    request: TestRequest,
    error: ErrorType,
    overrides: Partial<ErrorEnvelope> = {},
  ): Promise<void> {
    request.flush(refusal(error, overrides), { status: ERROR_STATUS[error], statusText: error });
    await settle();
  }

  /** Simulates an unreachable controller. */
  async cutOff(what: Asked): Promise<void> {
    this.take(what).error(new ProgressEvent('error'));
    await settle();
  }
}
