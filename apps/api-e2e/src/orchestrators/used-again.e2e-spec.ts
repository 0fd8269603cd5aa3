import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import type { SignedInSession } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

/** In all data of the first tenant, including its organization's name. */
const MARK = 'firsttenant';
const FIRST = `org-${MARK}`;
const SECOND = 'org-second';
const ID = 'used-again';

describe('an id that is reused in another organization', () => {
  const controller = useController();
  let viewer: SignedInSession;
  let firstVersions: number;

  beforeAll(async () => {
    await fillFirst();
    await controller.api.decommissionOrchestrator(ID);
    viewer = await controller.user('viewer', SECOND);
    await controller.api.createOrchestrator({ orchestrator_id: ID, organization_id: SECOND });
  });

  /** Creates everything that can refer to an id. */
  async function fillFirst(): Promise<void> {
    const operator = await controller.user('admin', FIRST);
    const as = (method: 'put' | 'post' | 'patch', path: string, body: object) =>
      controller.request(method, path, operator.access_token).send(body);
    const orchestrator = await controller.orchestrator(ID, {
      organization_id: FIRST,
      name: `Named by ${MARK}`,
      version: MARK,
      labels: { tenant: MARK },
      metadata: { tenant: MARK },
      capabilities: ['message_ack'],
    });
    await as('put', `/internal/organizations/${FIRST}/settings`, {
      settings: { features: { tenant: MARK } },
    }).expect(200);
    await as('put', `/internal/orchestrators/${ID}/config`, {
      session_config: { tenant: MARK },
      comment: `changed by ${MARK}`,
    }).expect(200);
    await as('put', `/internal/orchestrators/${ID}/config`, {
      session_config: { tenant: `${MARK} again` },
    }).expect(200);
    await as('patch', `/internal/orchestrators/${ID}`, { internal_url: `http://${MARK}.example` }).expect(
      200,
    );
    await as('post', `/internal/orchestrators/${ID}/messages`, {
      message_type: 'order',
      message_content: { tenant: MARK },
    }).expect(201);
    orchestrator.beat(ID, { health_status: { status: 'ok', tenant: MARK } });
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: ID,
      client_message_id: 'advice-1',
      recommendation: { tenant: MARK },
    });
    await orchestrator.next('received');
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: ID,
      client_message_id: 'report-1',
      metrics: { [`load_${MARK}`]: 1 },
      usage: [{ model: `model-${MARK}`, requests: 1, cost_usd: 1 }],
    });
    await orchestrator.next('received');
    await as('put', `/internal/orchestrators/${ID}/independence`, {
      is_independent: true,
      reason: `told by ${MARK}`,
    }).expect(200);
    const { total } = await controller.api.listOrchestratorConfigVersions(ID);
    firstVersions = total;
    expect(firstVersions).toBeGreaterThanOrEqual(3);
  }

  const asViewer = (path: string) => controller.request('get', path, viewer.access_token);

  /** Every GET route of the API, with the id or the viewer's organization. */
  async function paths(): Promise<string[]> {
    const { body } = (await controller.anonymous.get('/api/docs-json').expect(200)) as {
      body: { paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>> };
    };
    return Object.entries(body.paths).flatMap(([path, { get }]) => {
      // The stream does not end; the activity has the same events.
      if (!get || path.endsWith('/events')) return [];
      const filled = path
        .replace('/api/v1', '')
        .replace(/organizations\/\{\w+\}/, `organizations/${SECOND}`)
        .replace(/\{\w+\}/g, ID);
      const names = (get.parameters ?? []).filter((one) => one.in === 'query').map((one) => one.name);
      const queries = [
        names.includes('page_size') ? 'page_size=200' : '',
        names.includes('orchestrator_id') ? `orchestrator_id=${ID}` : '',
        names.includes('search') ? `search=${MARK}` : '',
        names.includes('name') ? `name=load_${MARK}` : '',
      ].filter((query) => query !== '');
      if (names.includes('from') && filled.endsWith('/diff')) {
        const numbers = Array.from({ length: firstVersions + 1 }, (_, index) => index + 1);
        return numbers.map((to) => `${filled}?from=1&to=${to}`);
      }
      return [filled, ...queries.map((query) => `${filled}?${query}`)];
    });
  }

  it('shows the second tenant nothing of the first one, on any route', async () => {
    const all = await paths();
    expect(all.length).toBeGreaterThan(30);
    const leaks: string[] = [];
    let answered = 0;
    for (const path of all) {
      const response = await asViewer(path);
      if (response.status === 200) answered += 1;
      // The answer repeats the requested name of the series, without points.
      const text = response.text.replace(`"name":"load_${MARK}"`, '').replace('"points":[]', '');
      if (response.status === 200 && text.includes(MARK)) leaks.push(`${path}: ${text.slice(0, 300)}`);
    }
    expect(leaks).toEqual([]);
    expect(answered).toBeGreaterThan(20);
  });

  it('has a history that starts with itself, and nothing to roll back to', async () => {
    const { items, total } = await controller.api.listOrchestratorConfigVersions(ID);
    expect(total).toBe(1);
    // The numbers continue, so that a version is never used twice.
    expect(items[0]?.config_version).toBe(firstVersions + 1);
    await controller.api.rollBackOrchestratorConfig(ID, { config_version: firstVersions }).expect(404);
    const history = await controller.api.listIndependenceHistory(ID);
    expect(history.total).toBe(0);
    await expect(controller.api.getOrchestrator(ID)).resolves.toMatchObject({
      organization_id: SECOND,
      is_independent: false,
      last_seen: null,
      labels: {},
    });
  });

  it('stores reports of the second one, although the first one used the same keys', async () => {
    const orchestrator = await controller.orchestrator(ID);
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: ID,
      client_message_id: 'advice-1',
      recommendation: { tenant: 'second' },
    });
    const { message_id } = await orchestrator.next('received');
    const { body } = (await asViewer(`/internal/messages/${message_id}`).expect(200)) as {
      body: { data: Message };
    };
    expect(body.data.message_content).toEqual({ tenant: 'second' });
    await orchestrator.close();
  });

  it('starts managed even after a restart, whatever the files had when it was deleted', async () => {
    for (const id of ['gone-by-rest', 'gone-by-sql']) {
      await (await controller.orchestrator(id, { organization_id: FIRST })).close();
      await controller.switchIndependence(id, true);
    }
    const read = (name: string): string =>
      readFileSync(join(controller.settings.configDir, name), 'utf8').toLowerCase();
    await waitUntil('the files have both', () => read('.env').includes('gone_by_sql'));
    await controller.api.decommissionOrchestrator('gone-by-rest');
    await waitUntil(
      'the files have let go of the deleted ones',
      () =>
        !/gone_by_rest|used_again/.test(read('.env')) &&
        !/gone-by-rest|used-again/.test(read('orchestrator_independence.json')),
    );
    await waitUntil('the document knows the others', () =>
      read('controller_config.json').includes('gone-by-sql'),
    );
    await controller.close();
    // While no controller runs, so that the files cannot follow.
    await controller.database.query(
      `DELETE FROM orchestrator_instances WHERE orchestrator_id = 'gone-by-sql'`,
    );
    await controller.reopen();
    for (const name of ['.env', 'orchestrator_independence.json', 'controller_config.json']) {
      expect(read(name)).not.toMatch(/gone[-_]by/);
    }
    for (const id of ['gone-by-rest', 'gone-by-sql']) {
      const orchestrator = await controller.connect();
      const answer = await orchestrator.register(id, { organization_id: SECOND });
      expect(answer).toMatchObject({ organization_id: SECOND, is_independent: false });
      await orchestrator.close();
    }
    const one = await controller.api.getOrchestrator(ID);
    expect(one).toMatchObject({ organization_id: SECOND, is_independent: false });
  });
});
