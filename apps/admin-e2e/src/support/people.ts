import { waitUntil } from '@moolai/testing';
import { EMAIL, PASSWORD, type Console } from './console.js';

/** A user who can sign in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/** Calls the API as the first superadmin. */
export async function asAdmin(site: Console, method: string, path: string, body?: object): Promise<unknown> {
  const call = async (url: string, token: string, text?: object, verb = method): Promise<unknown> => {
    const answer = await fetch(`${site.url}/api/v1${url}`, {
      method: verb,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(text ? { body: JSON.stringify(text) } : {}),
    });
    if (!answer.ok) throw new Error(`${verb} ${url}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { data: unknown }).data;
  };
  const login = { email: EMAIL, password: PASSWORD };
  const session = (await call('/internal/auth/login', '', login, 'POST')) as { access_token: string };
  return call(path, session.access_token, body);
}

/** Creates a viewer of one organization. */
export async function makeViewer(site: Console, organizationId = 'org-001'): Promise<Person> {
  const person = { email: `viewer-${Date.now()}@example.com`, password: 'only-here-to-look' };
  const body = { ...person, role: 'viewer', organization_ids: [organizationId] };
  // The fleet's first orchestrator creates the organization.
  await waitUntil('there is the organization', () =>
    asAdmin(site, 'GET', `/controller/organizations/${organizationId}`).then(
      () => true,
      () => false,
    ),
  );
  const made = (await asAdmin(site, 'POST', '/internal/users', body)) as { user_id: string };
  return { id: made.user_id, ...person };
}
