import { API, MASK, type AuditedCase } from './audited-case.js';
import { CONFIGURATION_CASES } from './configuration-cases.js';

const SECRET = 'postgres://user:hunter2@host/db';
const ANY_ID = expect.stringMatching(/^\d+$/) as unknown as string;
const MANAGED = { is_independent: false, independence_reason: null, independence_source: null };
const OWN = { is_independent: true, independence_reason: 'on a ship', independence_source: 'own' };

/** Mutating routes that leave no entry, and why. */
export const NOT_CHANGES: Readonly<Record<string, string>> = {
  [`POST ${API}/auth/refresh`]: 'goes on with a session that has its entry',
};

/** Routes of users, tokens and sessions, covered by audited-identities.e2e-spec.ts. */
export const IDENTITY_ROUTES: readonly string[] = [
  `POST ${API}/auth/login`,
  `POST ${API}/auth/logout`,
  `POST ${API}/auth/password`,
  `DELETE ${API}/auth/sessions/{id}`,
  `POST ${API}/users`,
  `PATCH ${API}/users/{id}`,
  `DELETE ${API}/users/{id}`,
  `POST ${API}/api-tokens`,
  `DELETE ${API}/api-tokens/{id}`,
];

/** Routes of credentials, covered by audited-credentials.e2e-spec.ts. */
export const CREDENTIAL_ROUTES: readonly string[] = [
  `POST ${API}/enrolment-tokens`,
  `DELETE ${API}/enrolment-tokens/{id}`,
  `POST ${API}/orchestrators/{id}/credentials/rotate`,
  `DELETE ${API}/orchestrators/{id}/credentials`,
  `POST ${API}/orchestrators/{id}/quarantine/release`,
];

/** Routes of backups, which change nothing in the database: backups/backups.e2e-spec.ts. */
export const BACKUP_ROUTES: readonly string[] = [`POST ${API}/backups`];

/** All other routes in this order, because each case depends on the preceding ones. */
export const AUDITED_CASES: AuditedCase[] = [
  {
    route: `POST ${API}/organizations`,
    path: '/organizations',
    body: {
      organization_id: 'org-a',
      name: 'A',
      admin_email: 'a@example.com',
      settings: { privacy_mode: true },
    },
    told: [
      {
        action: 'organization.created',
        target_type: 'organization',
        target_id: 'org-a',
        before: null,
        after: { organization_id: 'org-a', name: 'A', admin_email: 'a@example.com' },
      },
      {
        action: 'config.changed',
        target_type: 'organization',
        target_id: 'org-a',
        before: { settings: {}, revision: 0 },
        after: { settings: { privacy_mode: true }, revision: 1 },
      },
    ],
  },
  {
    route: `PATCH ${API}/organizations/{id}`,
    path: '/organizations/org-a',
    body: { name: 'B', admin_email: 'a@example.com', website: 'https://example.com' },
    told: [
      {
        action: 'organization.changed',
        target_type: 'organization',
        target_id: 'org-a',
        before: { name: 'A', website: null },
        after: { name: 'B', website: 'https://example.com' },
      },
    ],
  },
  {
    route: `POST ${API}/orchestrators`,
    path: '/orchestrators',
    body: {
      orchestrator_id: 'audited',
      organization_id: 'org-a',
      features: { streaming: true },
      database_url: SECRET,
      environment_variables: { HF_TOKEN: 'hunter2' },
    },
    told: [
      {
        action: 'orchestrator.created',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: null,
        after: {
          orchestrator_id: 'audited',
          organization_id: 'org-a',
          is_independent: false,
          features: { streaming: true },
          database_url: MASK,
          environment_variables: { HF_TOKEN: MASK },
        },
      },
    ],
  },
  {
    route: `PATCH ${API}/orchestrators/{id}`,
    path: '/orchestrators/audited',
    body: {
      name: 'Renamed',
      database_url: `${SECRET}2`,
      redis_url: 'redis://:hunter2@host',
      environment_variables: { HF_TOKEN: 'hunter2', NEW: 'hunter2' },
    },
    told: [
      {
        action: 'orchestrator.changed',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: { name: 'audited', database_url: MASK, redis_url: null, environment_variables: {} },
        after: { name: 'Renamed', database_url: MASK, redis_url: MASK, environment_variables: { NEW: MASK } },
      },
    ],
  },
  ...CONFIGURATION_CASES,
  {
    route: `PUT ${API}/orchestrators/{id}/independence`,
    path: '/orchestrators/audited/independence',
    body: { is_independent: true, reason: 'on a ship' },
    told: [
      {
        action: 'independence.changed',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: MANAGED,
        after: OWN,
      },
    ],
  },
  {
    route: `PUT ${API}/orchestrators/{id}/independence`,
    path: '/orchestrators/audited/independence',
    body: { is_independent: false },
    told: [
      {
        action: 'independence.changed',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: OWN,
        after: MANAGED,
      },
    ],
  },
  {
    route: `PUT ${API}/organizations/{id}/independence`,
    path: '/organizations/org-a/independence',
    body: { is_independent: true, apply_to_existing: true },
    told: [
      {
        action: 'independence.changed',
        target_type: 'organization',
        target_id: 'org-a',
        before: { is_independent: false },
        after: { is_independent: true, orchestrators_changed: 1 },
      },
    ],
  },
  {
    route: `POST ${API}/orchestrators/{id}/messages`,
    path: '/orchestrators/audited/messages',
    body: { message_type: 'notice', message_content: { text: 'hunter2' } },
    told: [
      {
        action: 'message.created',
        target_type: 'message',
        target_id: ANY_ID,
        before: null,
        after: { orchestrator_id: 'audited', message_type: 'notice', bytes: 18, expires_at: null },
      },
    ],
  },
  {
    route: `PUT ${API}/messages/{id}/status`,
    path: '/messages/{message}/status',
    body: { status: 'cancelled' },
    told: [
      {
        action: 'message.status',
        target_type: 'message',
        target_id: ANY_ID,
        before: { status: 'pending' },
        after: { status: 'cancelled' },
      },
    ],
  },
  {
    route: `DELETE ${API}/orchestrators/{id}`,
    path: '/orchestrators/audited',
    told: [
      {
        action: 'orchestrator.deleted',
        target_type: 'orchestrator',
        target_id: 'audited',
        before: expect.objectContaining({
          organization_id: 'org-a',
          name: 'Renamed',
          database_url: MASK,
          environment_variables: { HF_TOKEN: MASK, NEW: MASK },
        }) as never,
        after: null,
      },
    ],
  },
  {
    route: `DELETE ${API}/organizations/{id}`,
    path: '/organizations/org-a',
    told: [
      {
        action: 'organization.deactivated',
        target_type: 'organization',
        target_id: 'org-a',
        before: { is_active: true },
        after: { is_active: false },
      },
    ],
  },
];
