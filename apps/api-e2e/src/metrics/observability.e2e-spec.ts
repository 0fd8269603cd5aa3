import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@moolai/testing';
import { parse } from 'yaml';
import { Figures } from '../support/exposition.js';
import { labelsIn, metricsIn } from '../support/promql.js';
import { TestController } from '../support/test-controller.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;
/** Labels that Prometheus adds itself. */
const OF_PROMETHEUS = { metrics: ['up'], labels: ['job', 'instance', 'le', 'organization'] };

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
}

interface Panel {
  type: string;
  title: string;
  targets?: { expr: string }[];
}

interface Dashboard {
  panels: Panel[];
  templating: { list: { definition?: string }[] };
  annotations: { list: { expr: string }[] };
}

function read(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8');
}

const alerts = (parse(read('docker/observability/alerts.yml')) as Rules).groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('docker/observability/dashboard.json')) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

const expressions = [
  ...alerts.map(({ alert, expr }) => [`the alert ${alert}`, expr]),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [`the panel ${title}`, expr])),
  ...dashboard.annotations.list.map(({ expr }) => ['an annotation', expr]),
  ...dashboard.templating.list.flatMap(({ definition }) =>
    definition === undefined
      ? []
      : [['a variable', definition.replace(/^label_values\((\w+), (\w+)\)$/, '$1{$2=""}')]],
  ),
] as [what: string, expression: string][];

describe('metrics used in docker/observability', () => {
  let figures: Figures;
  let help: Map<string, string>;

  beforeAll(async () => {
    const backups = mkdtempSync(join(tmpdir(), 'moolai-backups-'));
    const controller = await TestController.start({
      // Some metrics exist only with a Redis, even if it is away.
      env: { BACKUP_DIR: backups, REDIS_URL: `redis://127.0.0.1:${await freePort()}` },
    });
    await controller.orchestrator('obs-1');
    await controller.api.getOverview();
    figures = await Figures.of(controller);
    const { text } = await controller.anonymous.get('/metrics');
    help = new Map(
      [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name = '', words = '']) => [name, words]),
    );
    await controller.dispose();
    rmSync(backups, { recursive: true });
  });

  it('exist, for each panel and each alert', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(panels.length).toBeGreaterThan(20);
    expect(panels.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
    for (const [, expression] of expressions) expect(metricsIn(expression).length).toBeGreaterThan(0);
  });

  it.each(expressions)('exist in /metrics: %s', (_, expression) => {
    const known = new Set([...figures.samples.map(({ name }) => name), ...OF_PROMETHEUS.metrics]);
    expect(metricsIn(expression).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(expressions)('have their labels in /metrics: %s', (_, expression) => {
    const named = new Set(metricsIn(expression));
    const known = new Set(OF_PROMETHEUS.labels);
    for (const { name, labels } of figures.samples) {
      if (named.has(name)) for (const label of Object.keys(labels)) known.add(label);
    }
    expect(labelsIn(expression).filter((label) => !known.has(label))).toEqual([]);
  });

  it('are documented in docs/operators.md, each metric and each alert, and no others', () => {
    const section = read('docs/operators.md').split('\n## Monitoring\n')[1]?.split('\n## ')[0] ?? '';
    const cells = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, cell = '']) => cell);
    expect(cells.filter((cell) => cell.includes('_')).sort()).toEqual([...help.keys()].sort());
    expect(cells.filter((cell) => !cell.includes('_'))).toEqual(alerts.map(({ alert }) => alert));
  });
});

describe('the parser of expressions', () => {
  it('finds exactly the metrics of an expression', () => {
    const expression =
      'sum by (le, method) (rate(a_bucket{status=~"5..",route!="b_c"}[5m])) / on (job) group_left max_over_time(sum(d:e)[30m:1m]) > bool 0.5e3 and topk(5, f) unless g offset 1h';
    expect(metricsIn(expression)).toEqual(['a_bucket', 'd:e', 'f', 'g']);
    expect(labelsIn(expression)).toEqual(['job', 'le', 'method', 'route', 'status']);
  });
});
