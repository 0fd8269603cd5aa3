import {
  ROLE_PERMISSIONS,
  type CreatedEnrolmentToken,
  type CurrentUser,
  type ErrorEnvelope,
  type ErrorType,
  type Instance,
  type Message,
  type Orchestrator,
  type OrchestratorDetail,
  type Organization,
  type Overview,
  type Page,
  type Session,
  type SuccessEnvelope,
} from '@moolai/contracts';
import type { StoredSession } from '../app/core/auth/session-vault';

/** The time at the start of every test. */
export const NOW = '2026-03-01T12:00:00.000Z';
export const NOW_MS = Date.parse(NOW);

/** The time this many seconds before a test starts. */
export function secondsAgo(seconds: number): string {
  return new Date(NOW_MS - seconds * 1_000).toISOString();
}

/** A managed, connected orchestrator with a recent heartbeat. */
export function orchestrator(overrides: Partial<Orchestrator> = {}): Orchestrator {
  return {
    orchestrator_id: 'orch-001',
    organization_id: 'org-001',
    organization_name: 'Acme',
    name: 'Front desk',
    status: 'active',
    status_reason: 'Connected, and the last heartbeat is recent.',
    is_independent: false,
    independence_source: null,
    independence_since: null,
    independence_by: null,
    independence_reason: null,
    independence_expires_at: null,
    quarantined_at: null,
    quarantine_reason: null,
    connected: true,
    last_seen: secondsAgo(2),
    last_activity: secondsAgo(60),
    health_status: {},
    features: {},
    session_config: {},
    privacy_mode: false,
    internal_url: null,
    image_name: null,
    container_id: null,
    phoenix_endpoint: null,
    monitoring_enabled: false,
    admin_email: null,
    support_email: null,
    website: null,
    labels: {},
    version: '1.4.0',
    config_version: 1,
    reported_config_version: 1,
    config_status: 'applied',
    created_at: secondsAgo(86_400),
    updated_at: secondsAgo(3_600),
    ...overrides,
  };
}

/** The same as a detail: connected, without a credential, and with one secret. */
export function orchestratorDetail(overrides: Partial<OrchestratorDetail> = {}): OrchestratorDetail {
  return {
    ...orchestrator(),
    connection: {
      connected_at: secondsAgo(3_600),
      session_id: 'a-session',
      remote_address: '192.0.2.7',
      instance_id: 'controller-1',
    },
    database_url: '********',
    redis_url: null,
    environment_variables: {},
    credential: {
      has_credential: false,
      issued_at: null,
      last_used_at: null,
      rotation_pending: false,
      revoked_at: null,
      revoked_by: null,
    },
    ...overrides,
  };
}

/** A connected orchestrator with its own independence. */
export function independentOrchestrator(overrides: Partial<Orchestrator> = {}): Orchestrator {
  return orchestrator({
    status: 'independent',
    status_reason: 'Independence is on, so heartbeats are ignored.',
    is_independent: true,
    independence_source: 'own',
    independence_since: secondsAgo(600),
    independence_by: 'ada@example.com',
    ...overrides,
  });
}

/** A managed, disconnected orchestrator. */
export function inactiveOrchestrator(overrides: Partial<Orchestrator> = {}): Orchestrator {
  return orchestrator({
    status: 'inactive',
    status_reason: 'Not connected.',
    connected: false,
    last_seen: secondsAgo(600),
    ...overrides,
  });
}

export function organization(overrides: Partial<Organization> = {}): Organization {
  return {
    organization_id: 'org-001',
    name: 'Acme',
    status: 'active',
    is_active: true,
    is_independent: false,
    independence_reason: null,
    independence_expires_at: null,
    settings: {},
    settings_revision: 1,
    admin_email: null,
    support_email: null,
    website: null,
    orchestrator_count: 1,
    created_at: secondsAgo(86_400),
    updated_at: secondsAgo(3_600),
    ...overrides,
  };
}

/** A pending message to an orchestrator. */
export function message(overrides: Partial<Message> = {}): Message {
  return {
    id: 1,
    orchestrator_id: 'orch-001',
    organization_id: 'org-001',
    direction: 'to_orchestrator',
    message_type: 'cache.flush',
    message_content: { scope: 'all' },
    status: 'pending',
    attempts: 0,
    failure_reason: null,
    expires_at: null,
    sent_at: null,
    created_by: 'ada@example.com',
    client_message_id: null,
    created_at: secondsAgo(60),
    updated_at: secondsAgo(60),
    ...overrides,
  };
}

/** A new enrolment token with its secret. */
export function enrolmentToken(overrides: Partial<CreatedEnrolmentToken> = {}): CreatedEnrolmentToken {
  return {
    id: 7,
    organization_id: 'org-001',
    name: 'Frankfurt rollout',
    state: 'usable',
    expires_at: secondsAgo(-86_400),
    max_uses: 20,
    uses: 3,
    created_at: secondsAgo(600),
    created_by: 'ada@example.com',
    last_used_at: secondsAgo(60),
    revoked_at: null,
    revoked_by: null,
    token: 'moe_secret',
    ...overrides,
  };
}

export function overview(overrides: Partial<Overview> = {}): Overview {
  return {
    organizations: { total: 3, active: 2, independent: 1 },
    orchestrators: {
      total: 40,
      connected: 30,
      active: 21,
      independent: 7,
      inactive: 10,
      error: 2,
      expected: 0,
    },
    messages: { pending: 11, sent: 12, delivered: 13, failed: 14, received: 15 },
    heartbeats: { processed: 5_120, ignored: 318 },
    uptime_sec: 93_784,
    version: '0.1.0',
    ...overrides,
  };
}

/** The counters of a controller without orchestrators. */
export function emptyOverview(): Overview {
  return overview({
    orchestrators: { total: 0, connected: 0, active: 0, independent: 0, inactive: 0, error: 0, expected: 0 },
  });
}

export function user(overrides: Partial<CurrentUser> = {}): CurrentUser {
  const role = overrides.role ?? 'admin';
  return {
    user_id: 'user-001',
    email: 'ada@example.com',
    role,
    organization_ids: null,
    permissions: [...ROLE_PERMISSIONS[role]],
    ...overrides,
  };
}

/** The controller's answer to a login or a refresh. */
export function session(overrides: Partial<Session> = {}): Session {
  return {
    access_token: 'access-1',
    token_type: 'bearer',
    expires_in: 900,
    refresh_token: null,
    user: user(),
    ...overrides,
  };
}

/** A session as stored in the tab: received a minute ago, valid for another fourteen. */
export function storedSession(overrides: Partial<StoredSession> = {}): StoredSession {
  return {
    accessToken: 'access-1',
    user: user(),
    receivedAtMs: NOW_MS - 60_000,
    expiresAtMs: NOW_MS + 840_000,
    ...overrides,
  };
}

export function success<T>(data: T, overrides: Partial<SuccessEnvelope<T>> = {}): SuccessEnvelope<T> {
  return { success: true, data, timestamp: NOW, ...overrides };
}

export function refusal(error: ErrorType, overrides: Partial<ErrorEnvelope> = {}): ErrorEnvelope {
  return {
    success: false,
    error,
    detail: 'The controller says no.',
    timestamp: NOW,
    request_id: 'req-42',
    ...overrides,
  };
}

/** A page with the whole list, unless `total` is larger. */
export function page<T>(items: T[], overrides: Partial<Page<T>> = {}): Page<T> {
  return { items, total: items.length, page: 1, page_size: 200, ...overrides };
}

/** A controller instance that is up. */
export function instance(overrides: Partial<Instance> = {}): Instance {
  return {
    instance_id: 'controller-1',
    status: 'up',
    version: '1.4.0',
    started_at: secondsAgo(7_200),
    last_heard_at: secondsAgo(1),
    connections: 3,
    registered: 2,
    is_scheduler: false,
    ...overrides,
  };
}
