import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { LiveOrchestrator } from '@moolai/contracts';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { endProcess, EventReader, waitUntil, type ControllerProcess, type ReadEvent } from '@moolai/testing';
import { post } from './failover.js';

const SIMULATOR = new URL('../../../fleet-simulator/dist/main.js', import.meta.url).pathname;
const REPORTER = 'region-reporter';
const POSTERS = 8;

/** Simulated orchestrators, requests and reports at a controller, and what all of them were told. */
export class RegionLoad {
  /** Ids of the messages and reports that were answered as stored, in the order of the answers. */
  readonly acknowledged: number[] = [];
  /** Ids of the messages of these. */
  readonly messages: number[] = [];
  /** Statuses of connected orchestrators that the live view showed, apart from `active`. */
  readonly wrong = new Set<string>();
  /** Milliseconds from each request to its 201. */
  readonly tookMs: number[] = [];
  private isOver = false;
  private work: Promise<unknown> | undefined;
  private readonly simulator: ChildProcess;
  private readonly client: OrchestratorClient;

  private constructor(
    private readonly controller: ControllerProcess,
    private readonly count: number,
    private readonly events: EventReader,
  ) {
    const url = `ws://127.0.0.1:${controller.port}/ws`;
    const args = [SIMULATOR, '--count', String(count), '--url', url, '--prefix', 'region', '--quiet'];
    this.simulator = spawn(process.execPath, [...args, '--monitoring-interval-sec', '1'], {
      stdio: 'ignore',
    });
    this.client = new OrchestratorClient({ url, orchestratorId: REPORTER });
    this.client.on('received', (_, id) => this.acknowledged.push(id));
    this.client.start();
  }

  /** Resolves once all are connected. Then everything runs until {@link stop}. */
  static async start(controller: ControllerProcess, count: number): Promise<RegionLoad> {
    const events = await EventReader.open(`http://127.0.0.1:${controller.port}/api/v1/controller/events`, {
      authorization: 'Bearer fake-dev-token',
    });
    const load = new RegionLoad(controller, count, events);
    await waitUntil('all are active', async () => {
      const live = await load.live();
      return live.length === count + 1 && live.every(({ status }) => status === 'active');
    });
    load.work = Promise.all([
      ...Array.from({ length: POSTERS }, (_, index) => load.keepPosting(index)),
      load.keepReporting(),
      load.keepLooking(),
    ]);
    return load;
  }

  async live(): Promise<LiveOrchestrator[]> {
    return (await this.controller.api.listConnectedOrchestrators()).items;
  }

  /** Events that say that an orchestrator left, or is not `active`. */
  alarms(): ReadEvent[] {
    return this.events.history.filter(
      ({ name, data }) =>
        name === 'orchestrator.disconnected' ||
        (name === 'orchestrator.status' && (data['data'] as { status: string }).status !== 'active'),
    );
  }

  /** Ends the requests and the reports, and waits for their answers. The orchestrators stay. */
  async settle(): Promise<void> {
    this.isOver = true;
    await this.work;
    await waitUntil('all reports are stored', () => this.client.queuedCount === 0);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    this.events.close();
    await Promise.all([this.work, this.client.stop(), endProcess(this.simulator)]);
  }

  private async keepPosting(index: number): Promise<void> {
    for (let n = index; !this.isOver; n += POSTERS) {
      const to = `region-${String((n % this.count) + 1).padStart(3, '0')}`;
      const startedAt = performance.now();
      const { status, id } = await post(this.controller, to);
      if (status === 201 && id !== undefined) {
        this.acknowledged.push(id);
        this.messages.push(id);
        this.tookMs.push(performance.now() - startedAt);
      }
      await delay(20);
    }
  }

  private async keepReporting(): Promise<void> {
    while (!this.isOver) {
      if (this.client.queuedCount < 500) void this.client.report({ metrics: { n: 1 } });
      await delay(20);
    }
  }

  private async keepLooking(): Promise<void> {
    while (!this.isOver) {
      for (const { orchestrator_id: id, status } of await this.live())
        if (status !== 'active') this.wrong.add(`${id}: ${status}`);
      await delay(100);
    }
  }
}
