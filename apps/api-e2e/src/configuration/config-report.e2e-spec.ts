import type { ConfigStatus, OrchestratorConfig } from '@moolai/contracts';
import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { eventsOf } from '../support/credentials.js';
import type { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

type Reported = OrchestratorConfig['reported'];

/** The orchestrator, and the filter of the list, state what its configuration states. */
async function expectEverywhere(
  controller: TestController,
  id: string,
  config_status: ConfigStatus,
): Promise<void> {
  await expect(controller.api.getOrchestrator(id)).resolves.toMatchObject({ config_status });
  await expect(controller.api.listOrchestrators({ search: id, config_status })).resolves.toMatchObject({
    items: [{ orchestrator_id: id, config_status }],
    total: 1,
  });
}

describe('the reported configuration', () => {
  const controller = useController();
  const { api } = controller;

  function acknowledge(orchestrator: TestOrchestrator, id: string, version: number, more: object = {}): void {
    orchestrator.send({
      type: 'config_ack',
      orchestrator_id: id,
      config_version: version,
      status: 'applied',
      ...more,
    });
  }

  async function reported(id: string): Promise<Reported> {
    return (await api.getOrchestratorConfig(id)).reported;
  }

  async function untilReported(id: string, status: Reported['status'], version: number): Promise<Reported> {
    return waitUntil(`${id} is ${status} at ${version}`, async () => {
      const now = await reported(id);
      return now.status === status && now.config_version === version && now;
    });
  }

  it('is pending until it is acknowledged, then applied', async () => {
    const orchestrator = await controller.orchestrator('rep-1');
    const before = await api.getOrchestratorConfig('rep-1');
    expect(before.reported).toEqual({
      config_version: null,
      status: 'pending',
      detail: null,
      at: null,
      pending_since: before.changed_at,
    });
    acknowledge(orchestrator, 'rep-1', 1);
    await expect(untilReported('rep-1', 'applied', 1)).resolves.toEqual({
      config_version: 1,
      status: 'applied',
      detail: null,
      at: expect.stringMatching(/Z$/) as string,
      pending_since: null,
    });
    await api.changeOrchestratorConfig('rep-1', { features: { a: 1 } });
    const { changed_at, reported: pending } = await api.getOrchestratorConfig('rep-1');
    expect(pending).toEqual({
      config_version: 1,
      status: 'pending',
      detail: null,
      at: null,
      pending_since: changed_at,
    });
    acknowledge(orchestrator, 'rep-1', 2);
    await untilReported('rep-1', 'applied', 2);
  });

  it('is visible to all callers as soon as its event was sent', async () => {
    const orchestrator = await controller.orchestrator('rep-soon');
    acknowledge(orchestrator, 'rep-soon', 1);
    await waitUntil('the event has come', async () => {
      return (await eventsOf(controller, 'config.reported', 'rep-soon')).length === 1;
    });
    await expect(api.getOrchestrator('rep-soon')).resolves.toMatchObject({
      config_status: 'applied',
      reported_config_version: 1,
    });
  });

  it("is failed with the orchestrator's detail, and shows the configuration it runs instead", async () => {
    const orchestrator = await controller.orchestrator('rep-2');
    acknowledge(orchestrator, 'rep-2', 1);
    await api.changeOrchestratorConfig('rep-2', { features: { a: 1 } });
    acknowledge(orchestrator, 'rep-2', 2, { status: 'failed', detail: 'no such model' });
    await expect(untilReported('rep-2', 'failed', 1)).resolves.toMatchObject({
      detail: 'no such model',
      pending_since: null,
    });
    const { items } = await api.listActivity({
      orchestrator_id: 'rep-2',
      type: 'config.reported',
    });
    expect(items[0]).toMatchObject({
      actor: 'orchestrator',
      summary: 'rep-2 could not apply configuration 2 (no such model).',
      data: { config_version: 2, status: 'failed', detail: 'no such model' },
    });
    acknowledge(orchestrator, 'rep-2', 2);
    await expect(untilReported('rep-2', 'applied', 2)).resolves.toMatchObject({ detail: null });
  });

  it('after a late acknowledgement shows the older version as reported, and the newest as pending', async () => {
    const orchestrator = await controller.orchestrator('rep-3');
    await api.changeOrchestratorConfig('rep-3', { features: { a: 1 } });
    await api.changeOrchestratorConfig('rep-3', { features: { a: 2 } });
    acknowledge(orchestrator, 'rep-3', 2);
    await untilReported('rep-3', 'pending', 2);
  });

  it('is not overwritten by a late acknowledgement of an older version', async () => {
    const orchestrator = await controller.orchestrator('rep-4');
    await api.changeOrchestratorConfig('rep-4', { features: { a: 1 } });
    acknowledge(orchestrator, 'rep-4', 2);
    acknowledge(orchestrator, 'rep-4', 1, { status: 'failed', detail: 'too late' });
    acknowledge(orchestrator, 'rep-4', 7);
    await untilReported('rep-4', 'applied', 2);
    acknowledge(orchestrator, 'rep-4', 1, { status: 'failed', detail: 'still too late' });
    await api.changeOrchestratorConfig('rep-4', { features: { a: 2 } });
    acknowledge(orchestrator, 'rep-4', 7);
    acknowledge(orchestrator, 'rep-4', 3);
    await untilReported('rep-4', 'applied', 3);
    const events = await eventsOf(controller, 'config.reported', 'rep-4');
    expect(events.map(({ data }) => data.config_version)).toEqual([3, 1, 1, 2]);
  });

  it('is applied after a registration with the current version', async () => {
    const orchestrator = await controller.orchestrator('rep-5');
    const { config_hash } = await api.getOrchestratorConfig('rep-5');
    await orchestrator.close();
    const again = await controller.connect();
    await again.register('rep-5', { config_version: 1, config_hash });
    await expect(reported('rep-5')).resolves.toMatchObject({
      status: 'applied',
      at: expect.stringMatching(/Z$/) as string,
    });
  });

  it('is pending again when an orchestrator returns with an older version', async () => {
    const orchestrator = await controller.orchestrator('rep-6');
    await api.changeOrchestratorConfig('rep-6', { features: { a: 1 } });
    acknowledge(orchestrator, 'rep-6', 2);
    await untilReported('rep-6', 'applied', 2);
    await orchestrator.close();
    const again = await controller.orchestrator('rep-6', { config_version: 1 });
    await expect(reported('rep-6')).resolves.toMatchObject({ status: 'pending', config_version: 1 });
    await expectEverywhere(controller, 'rep-6', 'pending');
    acknowledge(again, 'rep-6', 2);
    await untilReported('rep-6', 'applied', 2);
    await expectEverywhere(controller, 'rep-6', 'applied');
  });
});

describe('provisioning', () => {
  const controller = useController();
  const { api } = controller;

  /** The `unchanged` field in the provisioning of a new connection. */
  async function unchanged(id: string, more: Record<string, unknown> = {}): Promise<boolean | undefined> {
    const orchestrator = await controller.connect();
    await orchestrator.register(id, more);
    const provisioning = await orchestrator.next('provisioning');
    expect(provisioning.config).toHaveProperty('features');
    return provisioning.unchanged;
  }

  it('is marked as unchanged if the orchestrator already runs the current version', async () => {
    await controller.orchestrator('pro-1');
    const { config_hash } = await api.getOrchestratorConfig('pro-1');
    await expect(unchanged('pro-1', { config_version: 1 })).resolves.toBe(true);
    await expect(unchanged('pro-1', { config_version: 1, config_hash })).resolves.toBe(true);
  });

  it('is not, if the orchestrator reports no version, another version or another hash', async () => {
    await controller.orchestrator('pro-2');
    await api.changeOrchestratorConfig('pro-2', { features: { a: 1 } });
    await expect(unchanged('pro-2')).resolves.toBeUndefined();
    await expect(unchanged('pro-2', { config_version: 1 })).resolves.toBeUndefined();
    await expect(unchanged('pro-2', { config_version: 3 })).resolves.toBeUndefined();
    const foreign = { config_version: 2, config_hash: 'f'.repeat(64) };
    await expect(unchanged('pro-2', foreign)).resolves.toBeUndefined();
    await expect(api.getOrchestratorConfig('pro-2')).resolves.toMatchObject({
      reported: { status: 'pending' },
    });
    await expect(unchanged('pro-2', { config_version: 2 })).resolves.toBe(true);
  });

  it("attributes a new orchestrator's version number to another controller", async () => {
    await expect(unchanged('pro-3', { config_version: 1 })).resolves.toBeUndefined();
    await expect(api.getOrchestratorConfig('pro-3')).resolves.toMatchObject({
      config_version: 1,
      reported: { status: 'pending', config_version: 1 },
    });
    await expectEverywhere(controller, 'pro-3', 'pending');
  });

  it('continues the version numbers when a deleted orchestrator returns', async () => {
    const orchestrator = await controller.orchestrator('pro-4');
    await api.changeOrchestratorConfig('pro-4', { features: { a: 1 } });
    await controller.database.query(`DELETE FROM orchestrator_instances WHERE orchestrator_id = 'pro-4'`);
    await orchestrator.untilClosed();
    const again = await controller.connect();
    await again.register('pro-4', { config_version: 2 });
    const provisioning = await again.next('provisioning');
    expect(provisioning).toMatchObject({ config_version: 3, config: { features: {} } });
    await expect(api.changeOrchestratorConfig('pro-4', { features: { a: 1 } })).resolves.toMatchObject({
      config_version: 4,
      pushed: true,
    });
  });
});
