import type { Role } from '@moolai/contracts';
import { assert, refused } from './checks.ts';
import type { Attack } from '../attack-case.ts';
import type { Answer, Target } from '../target.ts';

/** A request by the admin of `org-mine` for an item of `org-theirs`. */
const foreign = (
  name: string,
  method: string,
  path: string | ((target: Target) => string),
  body?: object,
): Attack => ({
  name,
  run: async (target) => {
    const where = typeof path === 'function' ? path(target) : path;
    return refused(await target.request(method, where, { token: target.tokens.admin, body }), 404);
  },
});

/** A request by a user whose role is too low. */
const tooLow = (name: string, role: Role, method: string, path: string, body?: object): Attack => ({
  name,
  run: async (target) =>
    refused(await target.request(method, path, { token: target.tokens[role], body }), 403),
});

/** A list that must contain nothing of the other organization. */
const list = (name: string, path: string): Attack => ({
  name,
  run: async (target) => {
    const answer = await target.request<{ total?: number }>('GET', path, { token: target.tokens.viewer });
    assert(answer.status === 200, `${answer.status}`);
    assert(!answer.text.includes('theirs'), answer.text.slice(0, 300));
    const data = answer.body?.data ?? {};
    return `200 with ${data.total ?? Object.keys(data).length} of your own`;
  },
});

export const tenancy: Attack[] = [
  foreign('read a foreign organization', 'GET', '/controller/organizations/org-theirs'),
  foreign('read a foreign orchestrator', 'GET', '/controller/orchestrators/orch-theirs'),
  foreign(
    'read the figures of a foreign orchestrator',
    'GET',
    '/controller/orchestrators/orch-theirs/metrics/names',
  ),
  foreign('read a foreign message', 'GET', (target) => `/internal/messages/${target.foreignMessageId}`),
  foreign('read a foreign configuration', 'GET', '/internal/orchestrators/orch-theirs/config'),
  foreign('read foreign settings', 'GET', '/internal/organizations/org-theirs/settings'),
  foreign('read a foreign user', 'GET', (target) => `/internal/users/${target.foreignUserId}`),
  foreign(
    'make a foreign orchestrator independent',
    'PUT',
    '/internal/orchestrators/orch-theirs/independence',
    { is_independent: true },
  ),
  foreign(
    'make a foreign organization independent',
    'PUT',
    '/internal/organizations/org-theirs/independence',
    { is_independent: true },
  ),
  foreign('configure a foreign orchestrator', 'PUT', '/internal/orchestrators/orch-theirs/config', {
    privacy_mode: true,
  }),
  foreign('change foreign settings', 'PUT', '/internal/organizations/org-theirs/settings', { settings: {} }),
  foreign(
    'send a message to a foreign orchestrator',
    'POST',
    '/internal/orchestrators/orch-theirs/messages',
    { message_type: 'x', message_content: {} },
  ),
  foreign(
    'cancel a foreign message',
    'PUT',
    (target) => `/internal/messages/${target.foreignMessageId}/status`,
    { status: 'cancelled' },
  ),
  foreign('decommission a foreign orchestrator', 'DELETE', '/internal/orchestrators/orch-theirs'),
  foreign('create an orchestrator in a foreign organization', 'POST', '/internal/orchestrators', {
    orchestrator_id: 'trojan',
    organization_id: 'org-theirs',
  }),
  foreign('take over a foreign user', 'PATCH', (target) => `/internal/users/${target.foreignUserId}`, {
    password: 'a password of mine now',
  }),
  {
    name: 'tell a foreign id from one that does not exist',
    run: async (target) => {
      const ask = (id: string): Promise<Answer> =>
        target.request('GET', `/controller/orchestrators/${id}`, { token: target.tokens.viewer });
      const [theirs, missing] = [await ask('orch-theirs'), await ask('orch-nobody')];
      const words = ({ status, body }: Answer, id: string): string =>
        `${status} ${body?.detail?.replace(id, '<id>')}`;
      assert(words(theirs, 'orch-theirs') === words(missing, 'orch-nobody'), words(theirs, 'orch-theirs'));
      return `the same: ${words(theirs, 'orch-theirs')}`;
    },
  },
  list('find foreign orchestrators in the list', '/controller/orchestrators?page_size=200'),
  list('find foreign orchestrators by search', '/controller/orchestrators?search=theirs'),
  list('find foreign orchestrators by filter', '/controller/orchestrators?organization_id=org-theirs'),
  list('find foreign orchestrators in the live view', '/controller/orchestrators/live'),
  list('find foreign messages', '/internal/messages?page_size=200'),
  list('find foreign activity', '/controller/activity?page_size=200'),
  list('find a foreign organization in the configuration document', '/internal/configuration'),
  {
    name: 'infer the size of the fleet from the health route',
    run: async (target) => {
      const read = async (): Promise<string> => {
        const { websocket, figures } = await target.read<Record<string, unknown>>(
          '/internal/health',
          target.tokens.viewer,
        );
        return JSON.stringify({ websocket, figures });
      };
      const before = await read();
      const stranger = await target.orchestrator('orch-another', { organization_id: 'org-theirs' });
      const after = await read();
      await stranger.close();
      assert(before === after, `${before}, then ${after}`);
      return `the same after one more elsewhere: ${after}`;
    },
  },
  {
    name: 'infer the size of the fleet from the audit export',
    run: async (target) => {
      const { status, headers } = await target.request('GET', '/internal/audit/export?format=jsonl', {
        token: target.tokens.admin,
      });
      assert(status === 200 && headers.get('x-audit-head') === null, `${headers.get('x-audit-head')}`);
      return 'no X-Audit-Head';
    },
  },
  {
    name: 'give yourself a higher role',
    run: async (target) => {
      const path = `/internal/users/${target.userIds.admin}`;
      const body = { role: 'superadmin', organization_ids: [] };
      return refused(await target.request('PATCH', path, { token: target.tokens.admin, body }), 403);
    },
  },
  {
    name: 'create a user with a higher role',
    run: async (target) => {
      const body = { email: 'evil@example.com', role: 'superadmin', password: 'a password of my own' };
      return refused(
        await target.request('POST', '/internal/users', { token: target.tokens.admin, body }),
        403,
      );
    },
  },
  {
    name: 'create an API token for another organization',
    run: async (target) => {
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      const body = { name: 'x', role: 'viewer', organization_ids: ['org-theirs'], expires_at };
      return refused(
        await target.request('POST', '/internal/api-tokens', { token: target.tokens.admin, body }),
        400,
      );
    },
  },
  tooLow('change something as a viewer', 'viewer', 'PUT', '/internal/orchestrators/orch-mine/independence', {
    is_independent: true,
  }),
  tooLow('list users as an operator', 'operator', 'GET', '/internal/users'),
  tooLow('create an organization as an admin', 'admin', 'POST', '/internal/organizations', {
    organization_id: 'x',
    name: 'x',
  }),
  tooLow("change the fleet's defaults as an admin", 'admin', 'PUT', '/internal/configuration', {
    defaults: {},
  }),
];
