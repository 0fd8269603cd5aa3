import { HttpClient, HttpContext, HttpContextToken } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type {
  IndependenceResult,
  ListQuery,
  LiveOrchestrators,
  LoginRequest,
  Orchestrator,
  Organization,
  Overview,
  Page,
  Session,
  SetIndependenceRequest,
  SuccessEnvelope,
} from '@moolai/contracts';
import { firstValueFrom, timeout, type Observable } from 'rxjs';
import { ServerClock } from '../time/server-clock';
import { API_ROUTES } from './api-routes';
import { toRequestFailure } from './request-failure';

/** Marks the few requests that need no token: signing in, and getting a new token. */
export const IS_ANONYMOUS = new HttpContextToken(() => false);

/** Longer than the controller ever takes; without it one lost answer would stop the live view for good. */
const PATIENCE_MS = 10_000;

/** The controller's REST API, typed. Every method rejects with a `RequestFailure`. */
@Injectable({ providedIn: 'root' })
export class ApiClient {
  private readonly http = inject(HttpClient);
  private readonly clock = inject(ServerClock);

  login(body: LoginRequest): Promise<Session> {
    return this.anonymously<Session>(API_ROUTES.login, body);
  }

  refresh(refreshToken: string): Promise<Session> {
    return this.anonymously<Session>(API_ROUTES.refresh, { refresh_token: refreshToken });
  }

  overview(): Promise<Overview> {
    return this.get<Overview>(API_ROUTES.overview);
  }

  organizations(query: ListQuery): Promise<Page<Organization>> {
    return this.get<Page<Organization>>(API_ROUTES.organizations, query);
  }

  orchestrators(query: ListQuery): Promise<Page<Orchestrator>> {
    return this.get<Page<Orchestrator>>(API_ROUTES.orchestrators, query);
  }

  liveOrchestrators(): Promise<LiveOrchestrators> {
    return this.get<LiveOrchestrators>(API_ROUTES.liveOrchestrators);
  }

  setIndependence(orchestratorId: string, body: SetIndependenceRequest): Promise<IndependenceResult> {
    const url = API_ROUTES.independence(orchestratorId);
    return this.unwrap(this.http.put<SuccessEnvelope<IndependenceResult>>(url, body));
  }

  private get<T>(url: string, query: ListQuery = {}): Promise<T> {
    return this.unwrap(this.http.get<SuccessEnvelope<T>>(url, { params: { ...query } }));
  }

  private anonymously<T>(url: string, body: object): Promise<T> {
    const context = new HttpContext().set(IS_ANONYMOUS, true);
    return this.unwrap(this.http.post<SuccessEnvelope<T>>(url, body, { context }));
  }

  private async unwrap<T>(answer: Observable<SuccessEnvelope<T>>): Promise<T> {
    try {
      const envelope = await firstValueFrom(answer.pipe(timeout(PATIENCE_MS)));
      this.clock.observe(envelope.timestamp);
      return envelope.data;
    } catch (error) {
      throw toRequestFailure(error);
    }
  }
}
