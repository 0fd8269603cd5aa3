import { setTimeout as delay } from 'node:timers/promises';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { waitUntil, type ControllerProcess } from '@moolai/testing';
import type { ControllerFleet } from './controller-fleet.js';
import { post } from './failover.js';

const POSTERS = 4;
const LOOK_MS = 200;

/** Orchestrators and requests that use all controllers of a fleet, and what they experienced. */
export class FleetLoad {
  /** Ids of messages that were answered as stored. */
  readonly stored: number[] = [];
  /** How often each message was handled. */
  readonly handled = new Map<number, number>();
  /** Number of connections that ended. */
  disconnections = 0;
  /** Statuses other than `active` that a controller showed, with the orchestrator. */
  readonly wrong = new Set<string>();
  private readonly clients: OrchestratorClient[];
  private isOver = false;
  private work: Promise<unknown> | undefined;

  private constructor(
    private readonly fleet: ControllerFleet,
    private readonly count: number,
  ) {
    const url = fleet.controllers.map(({ port }) => `ws://127.0.0.1:${port}/ws`);
    this.clients = Array.from(
      { length: count },
      (_, index) =>
        new OrchestratorClient({
          url,
          orchestratorId: idOf(index),
          onMessage: ({ message_id: id }) => void this.handled.set(id, (this.handled.get(id) ?? 0) + 1),
        }),
    );
  }

  static async start(fleet: ControllerFleet, count: number): Promise<FleetLoad> {
    const load = new FleetLoad(fleet, count);
    for (const client of load.clients) {
      client.on('disconnected', () => (load.disconnections += 1));
      client.start();
    }
    await load.untilConnected(60_000);
    load.work = Promise.all([
      ...Array.from({ length: POSTERS }, (_, index) => load.keepPosting(index)),
      load.keepLooking(),
    ]);
    return load;
  }

  /** Waits until every controller shows all orchestrators as connected. */
  async untilConnected(patienceMs: number): Promise<void> {
    for (const controller of this.running) {
      let shown = 0;
      const showsAll = async (): Promise<boolean> => {
        shown = (await controller.api.listConnectedOrchestrators()).total;
        return shown === this.count;
      };
      await waitUntil(`controller ${controller.port} shows all`, showsAll, patienceMs).catch(
        (error: Error) => {
          throw new Error(`${error.message}; it shows ${shown}`);
        },
      );
    }
  }

  /** Ends the requests, and waits until each stored message was handled. */
  async settle(): Promise<void> {
    this.isOver = true;
    await this.work;
    await waitUntil('every message was handled', () => this.lost().length === 0, 60_000);
  }

  /** Stored messages that were not handled. */
  lost(): number[] {
    return this.stored.filter((id) => !this.handled.has(id));
  }

  /** Messages that were handled more than once. */
  repeated(): number[] {
    return [...this.handled].flatMap(([id, times]) => (times > 1 ? id : []));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.work;
    await Promise.all(this.clients.map((client) => client.stop()));
  }

  private get running(): ControllerProcess[] {
    return this.fleet.controllers.filter((one) => !one.exit && !this.fleet.paused.has(one));
  }

  /** To random orchestrators at random controllers; a controller that is gone answers nothing. */
  private async keepPosting(nth: number): Promise<void> {
    for (let turn = nth; !this.isOver; turn += POSTERS) {
      const { running } = this;
      const controller = running[turn % running.length];
      if (!controller) continue;
      const { id } = await post(controller, idOf(turn % this.count)).catch(() => ({ id: undefined }));
      if (id !== undefined) this.stored.push(id);
      await delay(10);
    }
  }

  private async keepLooking(): Promise<void> {
    while (!this.isOver) {
      for (const controller of this.running) {
        const { items } = await controller.api
          .listOrchestrators({ page_size: 500 })
          .then((page) => page)
          .catch(() => ({ items: [] }));
        for (const { orchestrator_id: id, status, status_reason: reason } of items) {
          if (id.startsWith('load-') && status !== 'active') this.wrong.add(`${id} ${status}: ${reason}`);
        }
      }
      await delay(LOOK_MS);
    }
  }
}

function idOf(index: number): string {
  return `load-${index}`;
}
