import type { LiveOrchestrator, LiveOrchestrators } from '@moolai/contracts';
import { waitUntil, type ApiAnswer, type TestOrchestrator } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('the list of connected orchestrators', () => {
  const controller = useController();
  let orchestrator: TestOrchestrator;

  beforeAll(async () => {
    await controller.organization('org-b');
    orchestrator = await controller.orchestrator('tag-1');
  });

  type Api = Pick<typeof controller.api, 'listConnectedOrchestrators'>;

  function list(tag?: string | null, api: Api = controller.api): Promise<ApiAnswer<LiveOrchestrators>> {
    return api.listConnectedOrchestrators({ 'if-none-match': tag ?? undefined }).answer();
  }

  /** Makes a change, and waits until the previous tag is outdated. */
  async function itemAfter(change: () => unknown): Promise<LiveOrchestrator | undefined> {
    const { etag } = await list();
    await change();
    const answer = await waitUntil('the tag is outdated', async () => {
      const now = await list(etag);
      return now.status === 200 && now;
    });
    expect(answer.etag).not.toBe(etag);
    return answer.data.items.find((item) => item.orchestrator_id === 'tag-1');
  }

  it('is the same JSON as of any other answer', async () => {
    const { text, headers, data } = await list();
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['success', 'data', 'timestamp']);
    expect(Object.keys(data)).toEqual(['items', 'total']);
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  it('is answered with 304 and no body while nothing changes', async () => {
    const { etag } = await list();
    expect(etag).toMatch(/^W\/"[\w.-]+"$/);
    const again = await list(etag);
    expect(again).toMatchObject({ status: 304, text: '', etag });
    expect(again.headers['content-type']).toBeUndefined();
    await expect(list(`"other", ${etag}`)).resolves.toMatchObject({ status: 304 });
    await expect(list('"other"')).resolves.toMatchObject({ status: 200 });
    await expect(list('nonsense')).resolves.toMatchObject({ status: 200 });
  });

  it('has another tag after a heartbeat, a switch, a report and the end of a connection', async () => {
    const before = await itemAfter(() => orchestrator.beat('tag-1'));
    const after = await itemAfter(() => orchestrator.beat('tag-1'));
    expect(Date.parse(after?.last_seen ?? '')).toBeGreaterThanOrEqual(Date.parse(before?.last_seen ?? ''));
    const ill = await itemAfter(() =>
      orchestrator.send({ type: 'i_am_alive', orchestrator_id: 'tag-1', health_status: { status: 'error' } }),
    );
    expect(ill?.last_seen).toBeTruthy();
    await waitUntil('it is in error', async () => (await list()).data.items[0]?.status === 'error');
    const independent = await itemAfter(() => controller.switchIndependence('tag-1', true));
    expect(independent).toMatchObject({ status: 'independent', is_independent: true });
    const managed = await itemAfter(() => controller.switchIndependence('tag-1', false));
    expect(managed).toMatchObject({ is_independent: false });
    const other = await controller.orchestrator('tag-2');
    await waitUntil('it is in the list', async () => (await list()).data.total === 2);
    await itemAfter(() => other.close());
    await waitUntil('it is gone', async () => (await list()).data.total === 1);
  });

  it('is unchanged by heartbeats of an independent orchestrator, which are ignored', async () => {
    await controller.switchIndependence('tag-1', true);
    const { etag } = await list();
    const { ignored } = (await controller.api.getOverview()).heartbeats;
    orchestrator.beat('tag-1');
    await waitUntil('it is ignored', async () => {
      return (await controller.api.getOverview()).heartbeats.ignored > ignored;
    });
    await expect(list(etag)).resolves.toMatchObject({ status: 304 });
    await controller.switchIndependence('tag-1', false);
  });

  it('has a tag that is of no use to a caller of another organization', async () => {
    const { access_token: token } = await controller.user('viewer', 'org-b');
    const foreign = controller.apiWith(token);
    const { etag } = await list();
    const answer = await list(etag, foreign);
    expect(answer).toMatchObject({ status: 200, data: { items: [], total: 0 } });
    await expect(list(answer.etag, foreign)).resolves.toMatchObject({ status: 304 });
    await expect(list(answer.etag)).resolves.toMatchObject({ status: 200, data: { total: 1 } });
    await expect(list(etag, controller.apiWith('wrong'))).resolves.toMatchObject({ status: 403 });
  });
});
