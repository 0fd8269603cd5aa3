import { RetentionService } from '@moolai/api';
import type { MessageOf, TestOrchestrator } from '@moolai/testing';
import { DataSource } from 'typeorm';
import { Figures } from '../support/exposition.js';
import { useController } from '../support/use-controller.js';

const PER_ORCHESTRATOR = 1_000;
const PER_ORGANIZATION = 5_000;

/** This many metrics with names of their own. */
function metricsOf(owner: string, count: number, from = 0): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${owner}.${from + n}`, n]));
}

describe('metric names', () => {
  const controller = useController();
  let serial = 0;

  async function report(
    orchestrator: TestOrchestrator,
    id: string,
    metrics: Record<string, number>,
    more: object = {},
  ): Promise<MessageOf<'received'>> {
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: id,
      client_message_id: `names-${(serial += 1)}`,
      metrics,
      ...more,
    });
    return orchestrator.next('received');
  }

  async function namesOf(id: string): Promise<string[]> {
    return (await controller.api.listMetricNames(id)).names;
  }

  it('are limited per owner, so that one with too many leaves the others theirs', async () => {
    const wasteful = await controller.orchestrator('waste-1', { organization_id: 'org-waste' });
    const answers = [];
    for (let n = 0; n < 10; n += 1) {
      const metrics = { ...metricsOf('w', PER_ORCHESTRATOR - 1, n * PER_ORCHESTRATOR), common: n };
      answers.push(await report(wasteful, 'waste-1', metrics, { usage: [{ model: 'm', cost_usd: 0.5 }] }));
    }
    expect(answers.map(({ warning }) => warning)).toEqual([
      undefined,
      '999 metrics are not kept, "w.1000" for example: the orchestrator uses as many names as it may.',
      ...Array<undefined>(8).fill(undefined),
    ]);
    expect(await namesOf('waste-1')).toHaveLength(PER_ORCHESTRATOR);
    // Metrics that are not stored as a series stay in the report, and their usage is counted.
    const { total } = await controller.api.getCosts({ organization_id: 'org-waste' });
    expect(total.cost_usd).toBe('5');

    const other = await controller.orchestrator('thrift-1', { organization_id: 'org-thrift' });
    const usage = [{ model: 'm', cost_usd: 0.25 }];
    const answer = await report(other, 'thrift-1', { own_1: 1, own_2: 2, common: 3 }, { usage });
    expect(answer).not.toHaveProperty('warning');
    expect(await namesOf('thrift-1')).toEqual(['common', 'own_1', 'own_2']);
    const costs = await controller.api.getCosts({ organization_id: 'org-thrift' });
    expect(costs.total.cost_usd).toBe('0.25');
  });

  it('of an organization are limited too, and those already in use continue', async () => {
    for (let n = 2; n <= 5; n += 1) {
      const one = await controller.orchestrator(`waste-${n}`, { organization_id: 'org-waste' });
      await report(one, `waste-${n}`, metricsOf(`w${n}`, PER_ORCHESTRATOR));
    }
    const last = await controller.orchestrator('waste-6', { organization_id: 'org-waste' });
    const answer = await report(last, 'waste-6', { late: 1, common: 2, 'w.0': 3 });
    expect(answer.warning).toBe(
      '1 metrics are not kept, "late" for example: its organization uses as many names as it may.',
    );
    expect(await namesOf('waste-6')).toEqual(['common', 'w.0']);
  });

  it('that are not stored are reported in the activity once, and counted', async () => {
    const { items } = await controller.api.listActivity({ type: 'metrics.refused' });
    expect(items.map(({ orchestrator_id, data }) => [orchestrator_id, data])).toEqual([
      ['waste-6', { count: 1, name: 'late', limit: 'organization' }],
      ['waste-1', { count: 999, name: 'w.1000', limit: 'orchestrator' }],
    ]);
    const figures = await Figures.of(controller);
    expect(figures.value('moolai_metrics_refused_total', { limit: 'orchestrator' })).toBe(9 * 999);
    expect(figures.value('moolai_metrics_refused_total', { limit: 'organization' })).toBe(1);
    expect(figures.value('moolai_metrics_refused_total', { limit: 'fleet' })).toBe(0);
  });

  it('survive a restart, and are then read once and not with each report', async () => {
    await controller.restart();
    const statements: string[] = [];
    controller.nest.get(DataSource).subscribers.push({
      afterQuery: ({ query }) => {
        if (query.includes('metric_names')) statements.push(query);
      },
    });
    const one = await controller.orchestrator('waste-1');
    const first = await report(one, 'waste-1', { common: 1, 'w.7': 2, fresh: 3 });
    expect(first.warning).toContain('"fresh"');
    const asked = statements.length;
    for (let n = 0; n < 20; n += 1) await report(one, 'waste-1', { common: n, 'w.7': n, fresh: n });
    const full = await controller.orchestrator('waste-6');
    expect((await report(full, 'waste-6', { common: 1, late: 2 })).warning).toContain('"late"');
    const between = statements.length;
    for (let n = 0; n < 20; n += 1) await report(full, 'waste-6', { common: 1, [`late-${n}`]: 2 });
    expect(asked).toBeLessThanOrEqual(2);
    expect(statements.length).toBe(between);
  });

  it('without samples become free for others', async () => {
    await controller.database.query(
      'DELETE FROM monitoring_samples WHERE instance_id IN (SELECT id FROM orchestrator_instances WHERE orchestrator_id = $1)',
      ['waste-2'],
    );
    await controller.database.query(
      `CREATE TABLE monitoring_samples_2001_01_01 PARTITION OF monitoring_samples
       FOR VALUES FROM ('2001-01-01') TO ('2001-01-02')`,
    );
    await controller.nest.get(RetentionService).run();
    const rows = await controller.database.query<{ count: number }>(
      `SELECT count(*)::int FROM organization_metric_names WHERE organization_id = 'org-waste'`,
    );
    expect(rows[0]?.count).toBe(PER_ORGANIZATION - PER_ORCHESTRATOR);
    const last = await controller.orchestrator('waste-7', { organization_id: 'org-waste' });
    expect(await report(last, 'waste-7', { late: 1 })).not.toHaveProperty('warning');
    expect(await namesOf('waste-7')).toEqual(['late']);
  });
});
