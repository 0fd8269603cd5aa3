import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePort } from '@moolai/testing';

const SHIPPED = new URL('../../../../docker/observability', import.meta.url).pathname;

/** The relevant part of an expression's result. */
interface QueryResult {
  result: unknown[];
}

/** Prometheus' answers about targets, rules and alerts. */
export interface PrometheusAnswers {
  targets: { activeTargets: { health: string; lastError: string }[] };
  rules: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
  alerts: { alerts: { labels: Record<string, string>; state: string }[] };
}

/** A real Prometheus with the shipped files; only addresses and intervals differ. */
export class ShippedPrometheus {
  private url = '';
  private child: ChildProcess | undefined;

  private constructor(readonly dir: string) {}

  /** Copies the files for a controller with this port and `METRICS_TOKEN`. */
  static prepare(port: number, token: string): ShippedPrometheus {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-prometheus-'));
    cpSync(SHIPPED, dir, { recursive: true });
    writeFileSync(join(dir, 'metrics_token'), token);
    const file = join(dir, 'prometheus.yml');
    const shipped = readFileSync(file, 'utf8');
    const changed = shipped.replace('controller:8765', `127.0.0.1:${port}`).replaceAll(': 15s', ': 1s');
    if (changed.split('1s').length !== 3 || !changed.includes(`:${port}`)) {
      throw new Error('prometheus.yml is not as this test expects it');
    }
    writeFileSync(file, changed);
    return new ShippedPrometheus(dir);
  }

  /** Runs `promtool` in the directory; returns its complaints, empty if there are none. */
  promtool(args: string[], input?: string): Promise<string> {
    return new Promise((resolve) => {
      const child = execFile('promtool', args, { cwd: this.dir }, (error, stdout, stderr) => {
        resolve(error ? `${stdout}${stderr}` || error.message : '');
      });
      child.stdin?.end(input);
    });
  }

  async start(): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const options = [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    this.child = spawn('prometheus', options, { cwd: this.dir, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** The answer of its API; undefined while there is none. */
  async get<K extends keyof PrometheusAnswers>(path: K): Promise<PrometheusAnswers[K] | undefined> {
    return this.ask<PrometheusAnswers[K]>(path);
  }

  /** The current number of series of an expression. */
  async count(expression: string): Promise<number> {
    const answer = await this.ask<QueryResult>(`query?query=${encodeURIComponent(expression)}`);
    return answer?.result.length ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child) await endProcess(this.child);
    rmSync(this.dir, { recursive: true, force: true });
  }

  private async ask<T>(path: string): Promise<T | undefined> {
    const response = await fetch(`${this.url}/api/v1/${path}`).catch(() => undefined);
    if (response === undefined || response.status === 503) return undefined;
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  }
}

/** Every expression of the shipped dashboard, as Grafana would query it. */
export function dashboardExpressions(): { shown: string[]; marked: string[] } {
  const { panels, annotations } = JSON.parse(readFileSync(join(SHIPPED, 'dashboard.json'), 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
    annotations: { list: { expr: string }[] };
  };
  const asked = ({ expr }: { expr: string }): string =>
    expr.replaceAll('$__rate_interval', '1m').replaceAll('$organization', '.*');
  return {
    shown: panels.flatMap(({ targets = [] }) => targets.map(asked)),
    marked: annotations.list.map(asked),
  };
}
