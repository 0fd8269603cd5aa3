import type { Backups, CreatedEnrolmentToken, SuccessEnvelope } from '@moolai/contracts';
import { TestOrchestrator, waitUntil } from '@moolai/testing';

const HEADERS = { Authorization: 'Bearer fake-dev-token', 'Content-Type': 'application/json' };
const DAY_MS = 86_400_000;

/** Calls a controller's API with the development token. */
async function call(url: string, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: body ? HEADERS : { Authorization: HEADERS.Authorization },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return ((await answer.json()) as SuccessEnvelope<unknown>).data;
}

/**
 * Fills a controller and a fleet of six with data: configurations, messages, recommendations, users, tokens, and a
 * backup if there is a directory for it.
 */
export async function furnish(url: string): Promise<void> {
  const send = (method: string, path: string, body: object): Promise<unknown> =>
    call(url, method, `/internal${path}`, body);
  await waitUntil('the fleet is there', async () => {
    const { total } = (await call(url, 'GET', '/controller/orchestrators')) as { total: number };
    return total >= 6;
  });
  await enrol(url, 'orch-009');
  await send('PUT', '/configuration', {
    defaults: { features: { max_tokens: 512, model: 'small' }, session_config: { timeout_sec: 30 } },
    schemas: {
      features: { type: 'object', properties: { max_tokens: { type: 'integer', maximum: 4096 } } },
    },
  });
  const settings = { features: { max_tokens: 1024 } };
  await send('PUT', '/organizations/org-002/settings', { settings, comment: 'Longer answers' });
  await send('PUT', '/organizations/org-002/settings', {
    settings: { features: { max_tokens: 2048, tools: ['search', 'browse'] }, privacy_mode: true },
    comment: 'Tools for support',
  });
  await send('PUT', '/orchestrators/orch-002/config', { features: { beta: true }, comment: 'Try it' });
  await send('POST', '/orchestrators', { orchestrator_id: 'turin-2', organization_id: 'org-003' });
  const message = { message_type: 'model.reload', message_content: { model: 'large' } };
  for (const id of ['orch-001', 'orch-003', 'turin-2']) {
    await send('POST', `/orchestrators/${id}/messages`, message);
  }
  await send('POST', '/users', {
    email: 'grace@example.com',
    name: 'Grace Hopper',
    role: 'operator',
    organization_ids: ['org-001', 'org-002'],
    password: 'a very long password',
  });
  await send('POST', '/users', { email: 'linus@example.com', role: 'viewer', organization_ids: ['org-003'] });
  await send('POST', '/api-tokens', {
    name: 'Nightly report',
    role: 'viewer',
    organization_ids: ['org-001'],
    expires_at: new Date(Date.now() + 90 * DAY_MS).toISOString(),
  });
  await recommend(url);
  await backUp(url);
}

/** Enrols an orchestrator with a token, so that it has a credential. */
async function enrol(url: string, id: string): Promise<void> {
  const { token } = (await call(url, 'POST', '/internal/enrolment-tokens', {
    organization_id: 'org-002',
    name: 'Oslo, second room',
    expires_at: new Date(Date.now() + 30 * DAY_MS).toISOString(),
    max_uses: 4,
  })) as CreatedEnrolmentToken;
  let secret: string | undefined = token;
  // The second time it presents the credential from the first time.
  for (let times = 0; times < 2; times += 1) {
    const orchestrator = await TestOrchestrator.connect(`${url.replace('http', 'ws')}/ws`);
    const { credential } = await orchestrator.register(id, { token: secret, organization_id: 'org-002' });
    await orchestrator.close();
    secret = credential ?? secret;
  }
}

async function backUp(url: string): Promise<void> {
  const ask = (method: string): Promise<Backups> =>
    call(url, method, '/internal/backups') as Promise<Backups>;
  if (!(await ask('GET')).enabled) return;
  await ask('POST');
  await waitUntil('the backup is made', async () => !(await ask('GET')).running);
}

async function recommend(url: string): Promise<void> {
  const orchestrator = await TestOrchestrator.connect(`${url.replace('http', 'ws')}/ws`);
  await orchestrator.register('oslo-1', { organization_id: 'org-002' });
  const recommendations = [
    { action: 'scale_up', reason: 'The queue has grown for ten minutes.', replicas: 4 },
    { action: 'shrink_cache', reason: 'Half of the cache is never read.', megabytes: 512 },
  ];
  for (const [index, recommendation] of recommendations.entries()) {
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: 'oslo-1',
      client_message_id: `recommendation-${index}`,
      recommendation,
    });
    await orchestrator.next('received');
  }
  // One hour of varying metrics.
  for (let minute = 60; minute > 0; minute -= 1) {
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'oslo-1',
      client_message_id: `minute-${minute}`,
      timestamp: new Date(Date.now() - minute * 60_000).toISOString(),
      metrics: {
        active_sessions: Math.round(60 + 25 * Math.sin(minute / 7) + 8 * Math.sin(minute * 1.7)),
        tokens_per_second: Math.round(900 + 300 * Math.cos(minute / 9)),
      },
    });
    await orchestrator.next('received');
  }
  await orchestrator.close();
}
