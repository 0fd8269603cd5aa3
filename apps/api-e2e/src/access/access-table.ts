import { tomorrow, type Side, type TwoOrganizations } from './two-organizations.js';

/** A request to make. */
export interface Wanted {
  path: string;
  body?: object;
}

/** How to call an operation, and the expected result. */
export interface Operation {
  /** The status for an allowed caller. */
  ok: number;
  /**
   * The status of the same call on another organization's objects by a caller with the permission: 404, so that ids
   * cannot be probed, or `filtered` if the answer only contains the caller's own objects.
   */
  foreign: 404 | 400 | 'filtered';
  prepare(world: TwoOrganizations, side: Side): Wanted | Promise<Wanted>;
}

type Prepare = Operation['prepare'];

const filtered = (path: string, body?: object): Operation => ({
  ok: 200,
  foreign: 'filtered',
  prepare: (world, side) => ({
    path: path.replace('<org>', world.organizationId(side)).replace('<orch>', world.orchestratorId(side)),
    ...(body ? { body } : {}),
  }),
});

const scoped = (prepare: Prepare, ok = 200, foreign: 404 | 400 = 404): Operation => ({
  ok,
  foreign,
  prepare,
});

const ofOrchestrator = (rest: string, body?: object): Operation =>
  scoped((world, side) => ({
    path: `/internal/orchestrators/${world.orchestratorId(side)}${rest}`,
    ...(body ? { body } : {}),
  }));

const ofOrganization = (rest: string, body?: object): Operation =>
  scoped((world, side) => ({
    path: `/internal/organizations/${world.organizationId(side)}${rest}`,
    ...(body ? { body } : {}),
  }));

const dashboard = (rest: string): Operation =>
  scoped((world, side) => ({ path: `/controller/orchestrators/${world.orchestratorId(side)}${rest}` }));

/** Operations with a permission. Every operation of the API must be here, or the test fails. */
export const OPERATIONS: Record<string, Operation> = {
  'GET /controller/activity': filtered('/controller/activity?page_size=200'),
  'GET /controller/overview': filtered('/controller/overview'),
  'GET /controller/costs': filtered('/controller/costs'),
  'GET /controller/organizations': filtered('/controller/organizations?page_size=200'),
  'GET /controller/organizations/{id}': scoped((world, side) => ({
    path: `/controller/organizations/${world.organizationId(side)}`,
  })),
  'GET /controller/orchestrators': filtered('/controller/orchestrators?page_size=200'),
  'GET /controller/orchestrators/facets': filtered('/controller/orchestrators/facets'),
  'GET /controller/orchestrators/live': filtered('/controller/orchestrators/live'),
  'GET /controller/orchestrators/{id}': dashboard(''),
  'GET /controller/orchestrators/{id}/metrics': dashboard('/metrics?name=load_own'),
  'GET /controller/orchestrators/{id}/metrics/names': dashboard('/metrics/names'),
  'POST /internal/organizations': scoped(
    (world, side) => ({
      path: '/internal/organizations',
      body: { organization_id: world.freshId(side), name: 'New' },
    }),
    201,
  ),
  'PATCH /internal/organizations/{id}': ofOrganization('', { website: 'https://example.com' }),
  'DELETE /internal/organizations/{id}': scoped(async (world, side) => ({
    path: `/internal/organizations/${side === 'own' ? 'org-own-spare' : await world.organization()}`,
  })),
  'PUT /internal/organizations/{id}/independence': ofOrganization('/independence', { is_independent: false }),
  'GET /internal/organizations/{id}/settings': ofOrganization('/settings'),
  'PUT /internal/organizations/{id}/settings': ofOrganization('/settings', {
    settings: { session_config: { a: 1 } },
  }),
  'GET /internal/organizations/{id}/settings/revisions': ofOrganization('/settings/revisions'),
  'POST /internal/organizations/{id}/settings/rollback': ofOrganization('/settings/rollback', {
    revision: 1,
  }),
  'POST /internal/orchestrators': scoped(
    (world, side) => ({
      path: '/internal/orchestrators',
      body: { orchestrator_id: world.freshId(side), organization_id: world.organizationId(side) },
    }),
    201,
  ),
  'PATCH /internal/orchestrators/{id}': ofOrchestrator('', { website: 'https://example.com' }),
  'DELETE /internal/orchestrators/{id}': scoped(async (world, side) => ({
    path: `/internal/orchestrators/${await world.orchestrator(side)}`,
  })),
  'PUT /internal/orchestrators/{id}/independence': ofOrchestrator('/independence', { is_independent: false }),
  'GET /internal/orchestrators/{id}/independence/history': ofOrchestrator('/independence/history'),
  'GET /internal/orchestrators/{id}/config': ofOrchestrator('/config'),
  'PUT /internal/orchestrators/{id}/config': ofOrchestrator('/config', { privacy_mode: true }),
  'GET /internal/orchestrators/{id}/config/versions': ofOrchestrator('/config/versions'),
  'GET /internal/orchestrators/{id}/config/diff': ofOrchestrator('/config/diff?from=1&to=1'),
  'GET /internal/orchestrators/{id}/config/explain': ofOrchestrator('/config/explain'),
  'POST /internal/orchestrators/{id}/config/rollback': ofOrchestrator('/config/rollback', {
    config_version: 1,
  }),
  'POST /internal/orchestrators/{id}/messages': scoped(
    (world, side) => ({
      path: `/internal/orchestrators/${world.orchestratorId(side)}/messages`,
      body: { message_type: 'notice', message_content: {} },
    }),
    201,
  ),
  'GET /internal/messages': filtered('/internal/messages?page_size=200'),
  'GET /internal/messages/{id}': scoped(async (world, side) => ({
    path: `/internal/messages/${await world.message(side)}`,
  })),
  'PUT /internal/messages/{id}/status': scoped(async (world, side) => ({
    path: `/internal/messages/${await world.waitingMessage(side)}/status`,
    body: { status: 'cancelled' },
  })),
  'GET /internal/configuration': filtered('/internal/configuration'),
  'PUT /internal/configuration': filtered('/internal/configuration', { defaults: {} }),
  'GET /internal/configuration/revisions': filtered('/internal/configuration/revisions'),
  'POST /internal/configuration/rollback': filtered('/internal/configuration/rollback', { revision: 1 }),
  'GET /internal/audit': filtered('/internal/audit?page_size=200'),
  'GET /internal/audit/export': filtered('/internal/audit/export?format=csv'),
  'GET /internal/audit/verify': filtered('/internal/audit/verify'),
  'GET /internal/backups': filtered('/internal/backups'),
  'POST /internal/backups': { ...filtered('/internal/backups'), ok: 202 },
  'GET /internal/instances': filtered('/internal/instances'),
  'GET /internal/users': filtered('/internal/users?page_size=200'),
  'POST /internal/users': scoped(
    (world, side) => ({
      path: '/internal/users',
      body: {
        email: `${world.freshId('own')}@example.com`,
        role: 'viewer',
        organization_ids: [world.organizationId(side)],
      },
    }),
    201,
    400,
  ),
  'GET /internal/users/{id}': scoped(async (world, side) => ({
    path: `/internal/users/${await world.user(side)}`,
  })),
  'PATCH /internal/users/{id}': scoped(async (world, side) => ({
    path: `/internal/users/${await world.user(side)}`,
    body: { name: 'Another name' },
  })),
  'DELETE /internal/users/{id}': scoped(async (world, side) => ({
    path: `/internal/users/${await world.user(side)}`,
  })),
  'GET /internal/api-tokens': filtered('/internal/api-tokens?page_size=200'),
  'POST /internal/api-tokens': scoped(
    (world, side) => ({
      path: '/internal/api-tokens',
      body: {
        name: world.freshId('own'),
        role: 'viewer',
        organization_ids: [world.organizationId(side)],
        expires_at: tomorrow(),
      },
    }),
    201,
    400,
  ),
  'DELETE /internal/api-tokens/{id}': scoped(async (world, side) => ({
    path: `/internal/api-tokens/${await world.apiToken(side)}`,
  })),
  'GET /internal/enrolment-tokens': filtered('/internal/enrolment-tokens?page_size=200'),
  'POST /internal/enrolment-tokens': scoped(
    (world, side) => ({
      path: '/internal/enrolment-tokens',
      body: { organization_id: world.organizationId(side), name: 'New', expires_at: tomorrow() },
    }),
    201,
  ),
  'DELETE /internal/enrolment-tokens/{id}': scoped(async (world, side) => ({
    path: `/internal/enrolment-tokens/${await world.enrolmentToken(side)}`,
  })),
  'POST /internal/orchestrators/{id}/credentials/rotate': scoped(async (world, side) => ({
    path: `/internal/orchestrators/${await world.enrolledOrchestrator(side)}/credentials/rotate`,
  })),
  'DELETE /internal/orchestrators/{id}/credentials': scoped(async (world, side) => ({
    path: `/internal/orchestrators/${await world.enrolledOrchestrator(side)}/credentials`,
  })),
  'POST /internal/orchestrators/{id}/quarantine/release': scoped(async (world, side) => ({
    path: `/internal/orchestrators/${await world.quarantinedOrchestrator(side)}/quarantine/release`,
  })),
};

/** Public operations, and those for every signed-in caller, with the tests that cover them. */
export const NOT_OF_ROLES: Record<string, string> = {
  'GET /controller/health': 'rest/envelope',
  'GET /internal/health': 'rest/envelope',
  'POST /internal/auth/login': 'auth/auth',
  'POST /internal/auth/refresh': 'auth/auth',
  'POST /internal/auth/logout': 'auth/sessions',
  'GET /internal/auth/me': 'auth/auth',
  'POST /internal/auth/password': 'auth/sessions',
  'GET /internal/auth/sessions': 'auth/sessions',
  'DELETE /internal/auth/sessions/{id}': 'auth/sessions',
  // Does not end: access/live-stream.
  'GET /controller/events': 'access/live-stream',
};

/** Lists with a filter on a foreign object, which must return nothing. */
export const PROBES: string[] = [
  '/controller/organizations?search=foreign',
  '/controller/orchestrators?organization_id=org-foreign',
  '/controller/orchestrators?search=foreign',
  '/controller/orchestrators?status=active&search=foreign',
  '/controller/activity?organization_id=org-foreign',
  '/controller/activity?orchestrator_id=orch-foreign',
  '/controller/activity?search=foreign',
  '/internal/messages?organization_id=org-foreign',
  '/internal/messages?orchestrator_id=orch-foreign',
  '/internal/messages?message_type=notice-foreign',
  '/internal/messages?search=foreign',
];
