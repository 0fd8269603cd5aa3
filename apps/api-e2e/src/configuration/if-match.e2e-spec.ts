import type { ApiAnswer, ApiCall } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

/** A route that changes a configuration, and two that read its state. */
interface Route {
  name: string;
  /** Reads the state with its ETag. */
  read: () => ApiCall<unknown>;
  send: (ifMatch: string | undefined, n: number) => Promise<ApiAnswer<unknown>>;
  /** A concurrent change by another user. */
  meddle: (n: number) => Promise<unknown>;
}

describe('optimistic concurrency', () => {
  const controller = useController();
  const { api } = controller;

  beforeAll(async () => {
    await controller.orchestrator('etag-1', { organization_id: 'org-etag' });
    await api.changeOrchestratorConfig('etag-1', { features: { n: -1 } });
    await api.changeOrganizationSettings('org-etag', { settings: { features: { n: -1 } } });
    await api.changeFleetConfiguration({ defaults: { features: { n: -1 } } });
  });

  const own = (n: number) => api.changeOrchestratorConfig('etag-1', { features: { n: n + 0.5 } });
  const settings = (n: number) =>
    api.changeOrganizationSettings('org-etag', { settings: { features: { n: n + 0.5 } } });
  const fleet = (n: number) => api.changeFleetConfiguration({ defaults: { features: { n: n + 0.5 } } });

  const routes: Route[] = [
    {
      name: 'PUT orchestrators/:id/config',
      read: () => api.getOrchestratorConfig('etag-1'),
      send: (tag, n) =>
        api.changeOrchestratorConfig('etag-1', { features: { n } }, { 'if-match': tag }).answer(),
      meddle: own,
    },
    {
      name: 'POST orchestrators/:id/config/rollback',
      read: () => api.getOrchestratorConfig('etag-1'),
      send: (tag) =>
        api.rollBackOrchestratorConfig('etag-1', { config_version: 1 }, { 'if-match': tag }).answer(),
      meddle: own,
    },
    {
      name: 'PUT organizations/:id/settings',
      read: () => api.getOrganizationSettings('org-etag'),
      send: (tag, n) =>
        api
          .changeOrganizationSettings('org-etag', { settings: { features: { n } } }, { 'if-match': tag })
          .answer(),
      meddle: settings,
    },
    {
      name: 'POST organizations/:id/settings/rollback',
      read: () => api.getOrganizationSettings('org-etag'),
      send: (tag) =>
        api.rollBackOrganizationSettings('org-etag', { revision: 1 }, { 'if-match': tag }).answer(),
      meddle: settings,
    },
    {
      name: 'PUT configuration',
      read: () => api.getFleetConfiguration(),
      send: (tag, n) =>
        api.changeFleetConfiguration({ defaults: { features: { n } } }, { 'if-match': tag }).answer(),
      meddle: fleet,
    },
    {
      name: 'POST configuration/rollback',
      read: () => api.getFleetConfiguration(),
      send: (tag) => api.rollBackFleetConfiguration({ revision: 1 }, { 'if-match': tag }).answer(),
      meddle: fleet,
    },
  ];

  async function etag(route: Route): Promise<string> {
    const { etag } = await route.read().expect(200);
    expect(etag).toMatch(/^"[0-9a-f]+"$/);
    return etag ?? '';
  }

  describe.each(routes)('of $name', (route) => {
    let n = 0;

    it('accepts a change of the current state, and answers the new ETag', async () => {
      await route.meddle((n += 1));
      const answer = await route.send(await etag(route), (n += 1));
      expect(answer.status).toBe(200);
      expect(answer.etag).toBe(await etag(route));
    });

    it('refuses a change of an older state with 409 and the current version, and changes nothing', async () => {
      const old = await etag(route);
      await route.meddle((n += 1));
      const present = await etag(route);
      const answer = await route.send(old, (n += 1));
      expect(answer).toMatchObject({ status: 409, error: { error: 'conflict' } });
      expect(answer.error.detail).toContain(present.replaceAll('"', ''));
      expect(`"${answer.error.errors?.[0]?.detail}"`).toBe(present);
      await expect(etag(route)).resolves.toBe(present);
    });

    it('accepts any state for `*` and without the header', async () => {
      await route.meddle((n += 1));
      await expect(route.send('*', (n += 1))).resolves.toMatchObject({ status: 200 });
      await route.meddle((n += 1));
      await expect(route.send(undefined, (n += 1))).resolves.toMatchObject({ status: 200 });
    });

    it('accepts the weak form that a compressing proxy creates', async () => {
      await expect(route.send(`W/${await etag(route)}`, (n += 1))).resolves.toMatchObject({ status: 200 });
    });

    it('answers 400 for an invalid ETag', async () => {
      const present = await etag(route);
      for (const header of ['7', '"', '"x-y"', '""', '"1", "2"']) {
        const answer = await route.send(header, (n += 1));
        expect([header, answer.status, answer.error.errors?.[0]?.field]).toEqual([header, 400, 'If-Match']);
      }
      await expect(etag(route)).resolves.toBe(present);
    });
  });

  it('accepts one of many changes of the same state', async () => {
    const tag = await etag(routes[0] as Route);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        api.changeOrchestratorConfig('etag-1', { features: { winner: index } }, { 'if-match': tag }).answer(),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
    const { own } = await api.getOrchestratorConfig('etag-1');
    expect(own.features['winner']).toBe(answers.findIndex(({ status }) => status === 200));
  });
});
