import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  HttpTestingController,
  provideHttpClientTesting,
  type TestRequest,
} from '@angular/common/http/testing';
import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ERROR_STATUS,
  type ErrorEnvelope,
  type ErrorType,
  type LiveOrchestrator,
  type Orchestrator,
  type Organization,
} from '@moolai/contracts';
import { authInterceptor } from '../app/core/auth/auth.interceptor';
import { API_ROUTES } from '../app/core/http/api-routes';
import { page, refusal, success } from './builders';
import { settle } from './gestures';

/** The console's network, as it is in production up to the wire. */
export function provideNetwork(): (EnvironmentProviders | Provider)[] {
  return [provideHttpClient(withInterceptors([authInterceptor])), provideHttpClientTesting()];
}

/** The other end of the wire: answers, in the order that a test wants, what the console asks. */
export class FakeController {
  private readonly http = TestBed.inject(HttpTestingController);

  /** How many requests to an address wait for an answer. */
  waiting(url: string): number {
    let count = 0;
    this.http.match((request) => {
      if (request.url === url) count += 1;
      return false;
    });
    return count;
  }

  /** Takes the one request to an address that waits; fails when there is none or more than one. */
  take(url: string): TestRequest {
    return this.http.expectOne((request) => request.url === url);
  }

  /** Takes every request to an address that waits. */
  takeAll(url: string): TestRequest[] {
    return this.http.match((request) => request.url === url);
  }

  async answer(url: string, data: unknown): Promise<void> {
    await this.reply(this.take(url), data);
  }

  async reply(request: TestRequest, data: unknown): Promise<void> {
    request.flush(success(data));
    await settle();
  }

  async refuse(url: string, error: ErrorType, overrides: Partial<ErrorEnvelope> = {}): Promise<void> {
    await this.replyWithRefusal(this.take(url), error, overrides);
  }

  async replyWithRefusal(
    request: TestRequest,
    error: ErrorType,
    overrides: Partial<ErrorEnvelope> = {},
  ): Promise<void> {
    request.flush(refusal(error, overrides), { status: ERROR_STATUS[error], statusText: error });
    await settle();
  }

  /** Nobody answers at an address: the controller, or the network, is away. */
  async cutOff(url: string): Promise<void> {
    this.take(url).error(new ProgressEvent('error'));
    await settle();
  }

  /** Answers the lists that the page of organizations asks for. */
  async answerLists(organizations: Organization[], orchestrators: Orchestrator[]): Promise<void> {
    await this.answer(API_ROUTES.organizations, page(organizations));
    await this.answer(API_ROUTES.orchestrators, page(orchestrators));
  }

  async answerLive(items: LiveOrchestrator[]): Promise<void> {
    await this.answer(API_ROUTES.liveOrchestrators, { items, total: items.length });
  }
}
