import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disconnected, OrchestratorClientOptions } from '../client-options.js';
import { OrchestratorClient } from '../orchestrator-client.js';
import { ScriptedController } from './scripted-controller.js';

/** Longer than any test runs. */
export const NEVER_MS = 1e6;

/** Shortens pauses, so that a test of minutes takes milliseconds. The events still report the real pause. */
export function cutShort(callback: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(callback, ms === NEVER_MS ? ms : Math.min(ms, 20));
}

/** A controller, its clients, and directories, all removed by {@link dispose}. */
export class ClientBench {
  readonly ends: Disconnected[] = [];
  readonly problems: string[] = [];
  private readonly clients: OrchestratorClient[] = [];
  private readonly directories: string[] = [];

  private constructor(readonly controller: ScriptedController) {}

  static async open(controller = new ScriptedController()): Promise<ClientBench> {
    await controller.listen();
    return new ClientBench(controller);
  }

  /** Creates a client without starting it. By default it sends nothing twice during a test. */
  client(options: Partial<OrchestratorClientOptions> = {}): OrchestratorClient {
    const client = new OrchestratorClient({
      url: options.url ?? this.controller.url,
      orchestratorId: 'orch-1',
      random: () => 0.5,
      setTimer: cutShort,
      // The client pings after half of it.
      silenceTimeoutMs: 2 * NEVER_MS,
      ...options,
      queue: { deadline: { firstMs: NEVER_MS / 0.75, longestMs: NEVER_MS / 0.75 }, ...options.queue },
    });
    client.on('disconnected', (end) => this.ends.push(end));
    client.on('problem', (code) => this.problems.push(code));
    this.clients.push(client);
    return client;
  }

  start(options: Partial<OrchestratorClientOptions> = {}): OrchestratorClient {
    const client = this.client(options);
    client.start();
    return client;
  }

  /** Creates an empty directory. */
  directory(): string {
    const path = mkdtempSync(join(tmpdir(), 'orchestrator-client-'));
    this.directories.push(path);
    return path;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    await this.controller.close();
    for (const path of this.directories) rmSync(path, { recursive: true, force: true });
  }
}
