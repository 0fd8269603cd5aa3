import type { JsonObject } from '@moolai/contracts';
import { OrchestratorClient, type OrchestratorClientOptions } from '@moolai/orchestrator-client';
import { InferenceEngine } from './inference-engine.js';
import { seededRandom } from './random.js';

/** Options of a fleet. */
export interface FleetOptions {
  count: number;
  /** Addresses of one controller. */
  urls: readonly string[];
  organizations: number;
  prefix: string;
  /** Pause between two reports of an orchestrator, in seconds. */
  monitoringIntervalSec: number;
  token?: string | undefined;
  /** Equal seeds give equal fleets. */
  seed: number;
}

const SITES = [
  { city: 'Frankfurt', region: 'eu-central' },
  { city: 'Dublin', region: 'eu-west' },
  { city: 'Ashburn', region: 'us-east' },
  { city: 'Portland', region: 'us-west' },
  { city: 'Singapore', region: 'ap-southeast' },
] as const;
/**
 * Thousands of simulated orchestrators share one process, and their metrics are invented: each keeps the latest report
 * while the controller is down, and remembers only the messages that may be repeated soon.
 */
const SMALL = { queue: { maxEntries: 1 }, rememberedMessages: 100 };
const GPUS = ['h100', 'a100', 'l40s'] as const;
const VERSIONS = ['2.4.1', '2.4.1', '2.4.0', '2.3.7'] as const;

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

function numbered(prefix: string, number: number): string {
  return `${prefix}-${String(number).padStart(3, '0')}`;
}

/** The identity of orchestrator number `index`. */
function identity(
  index: number,
  options: FleetOptions,
): Pick<
  OrchestratorClientOptions,
  'orchestratorId' | 'organizationId' | 'name' | 'version' | 'labels' | 'features' | 'metadata'
> {
  const site = pick(SITES, index);
  const features: JsonObject = { streaming: true, tool_calls: index % 3 !== 2 };
  return {
    orchestratorId: numbered(options.prefix, index + 1),
    organizationId: numbered('org', (index % options.organizations) + 1),
    name: `${site.city} inference ${Math.floor(index / SITES.length) + 1}`,
    version: pick(VERSIONS, index),
    labels: {
      region: site.region,
      gpu: pick(GPUS, index),
      environment: index % 4 === 3 ? 'staging' : 'production',
    },
    features,
    metadata: { simulated: true },
  };
}

/** Simulated orchestrators that connect to a controller like real ones. */
export class Fleet {
  readonly clients: OrchestratorClient[] = [];
  /** Why orchestrators cannot connect: each kind of problem with its first occurrence. */
  readonly problems = new Map<string, string>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: FleetOptions) {
    for (let index = 0; index < options.count; index += 1) this.add(index);
  }

  /** Starts connecting; returns immediately. */
  start(): void {
    for (const client of this.clients) client.start();
  }

  get connectedCount(): number {
    return this.clients.filter((client) => client.isConnected).length;
  }

  /** Closes every connection with a handshake. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.clients.map((client) => client.stop()));
  }

  private record(kind: string, problem: string): void {
    if (!this.problems.has(kind)) this.problems.set(kind, problem);
  }

  private add(index: number): void {
    const { urls, token, monitoringIntervalSec, seed } = this.options;
    const random = seededRandom(seed * 1_000_003 + index);
    const engine = new InferenceEngine(random);
    const client = new OrchestratorClient({
      url: urls,
      ...identity(index, this.options),
      ...(token ? { token } : {}),
      ...SMALL,
      onConfig: () => undefined,
      onMessage: () => undefined,
    });
    const report = (seconds: number): void => {
      // A report that makes room for the next one is no loss here.
      client.report(engine.report(seconds)).catch(() => undefined);
    };
    client.on('connected', () => report(1));
    const id = numbered(this.options.prefix, index + 1);
    client.on('replaced', () => {
      this.record('replaced', `Another process uses the id ${id}; choose other ids with --prefix.`);
    });
    client.on('refused', (error, detail) => this.record(error, `${id} was refused: ${detail}`));
    this.timers.push(setInterval(() => report(monitoringIntervalSec), monitoringIntervalSec * 1000));
    this.clients.push(client);
  }
}
