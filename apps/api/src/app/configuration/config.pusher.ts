import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { currentTraceparent, markMoment } from '../../platform/tracing/spans.js';
import { FleetEvents } from '../events/index.js';
import { LiveFleet, type LiveEntry } from '../live-state/index.js';
import { ConfigPushMetrics } from './config-push.metrics.js';

/** A desired configuration of an orchestrator. */
export interface DesiredConfig {
  orchestratorId: string;
  configVersion: number;
  configHash: string;
  /** The serialized configuration; many orchestrators share one text. */
  configJson: string;
}

/** Frames per turn of the event loop: a push to thousands must not delay heartbeats. */
const FRAMES_PER_TURN = 500;
/** Beyond this number, one event per orchestrator would crowd out all others. */
export const MAX_SINGLE_EVENTS = 100;

/** The frame of a configuration, built around JSON that is serialized once for many. */
export function configFrame(
  type: 'provisioning' | 'config_update',
  { orchestratorId, configVersion, configHash, configJson }: DesiredConfig,
  { isUnchanged = false, traceparent = null }: { isUnchanged?: boolean; traceparent?: string | null } = {},
): string {
  const traced = traceparent === null ? '' : `"traceparent":"${traceparent}",`;
  return (
    `{"type":"${type}","orchestrator_id":${JSON.stringify(orchestratorId)},"config_version":${configVersion},` +
    `"config_hash":"${configHash}",${isUnchanged ? '"unchanged":true,' : ''}${traced}"config":${configJson}}`
  );
}

/** A configuration that waits until its orchestrator has read earlier output. */
interface WaitingConfig {
  config: DesiredConfig;
  actorName: string;
  traceparent: string | null;
}

/** Writes new configurations to open connections, also of independent orchestrators (HLD 7.4). */
@Injectable()
export class ConfigPusher {
  /** The newest one per connection: intermediate versions need not be sent. */
  private readonly waiting = new WeakMap<LiveEntry, WaitingConfig>();

  constructor(
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly metrics: ConfigPushMetrics,
  ) {}

  /**
   * Pushes to all connected orchestrators. One that connects meanwhile either reads the new configuration or detects
   * the change.
   * @returns the number of orchestrators it was written to
   */
  async push(configs: DesiredConfig[], actorName: string): Promise<number> {
    const startedAt = performance.now();
    const traceparent = tracedPush(configs.length);
    const connected = configs.filter(({ orchestratorId }) => this.liveFleet.get(orchestratorId)?.isConnected);
    const publishesEach = connected.length <= MAX_SINGLE_EVENTS;
    let pushed = 0;
    for (const [index, config] of connected.entries()) {
      if (index > 0 && index % FRAMES_PER_TURN === 0) await nextTurn();
      const entry = this.write({ config, actorName, traceparent });
      if (!entry) continue;
      pushed += 1;
      if (publishesEach) this.publish(entry, config, actorName);
    }
    if (pushed > 0) this.metrics.pushed(pushed, performance.now() - startedAt);
    if (!publishesEach && pushed > 0) {
      const summary = `A new configuration was pushed to ${pushed} orchestrators.`;
      this.events.publish({
        type: 'config.pushed',
        organizationId: null,
        actor: actorName,
        summary,
        data: { pushed },
      });
    }
    return pushed;
  }

  /** An older version never follows a newer one, because pushes may overtake each other. */
  private write(waiting: WaitingConfig): LiveEntry | undefined {
    const { config, traceparent } = waiting;
    const entry = this.liveFleet.get(config.orchestratorId);
    if (!entry?.isConnected || entry.configVersion >= config.configVersion) return undefined;
    if (entry.link.isCongested) {
      this.defer(entry, waiting);
      return undefined;
    }
    if (!entry.link.send(configFrame('config_update', config, { traceparent }))) return undefined;
    entry.configVersion = config.configVersion;
    entry.configTraceparent = traceparent;
    return entry;
  }

  private defer(entry: LiveEntry, waiting: WaitingConfig): void {
    const held = this.waiting.get(entry);
    if (held && held.config.configVersion >= waiting.config.configVersion) return;
    this.waiting.set(entry, waiting);
    entry.link.whenDrained(() => this.release(entry));
  }

  private release(entry: LiveEntry): void {
    const waiting = this.waiting.get(entry);
    this.waiting.delete(entry);
    // Replaced by another connection, which received the newest one when it registered.
    if (!waiting || this.liveFleet.get(entry.orchestratorId) !== entry || !this.write(waiting)) return;
    this.publish(entry, waiting.config, waiting.actorName);
  }

  private publish(
    { orchestratorId, organizationId }: LiveEntry,
    { configVersion }: DesiredConfig,
    actorName: string,
  ): void {
    this.events.publish({
      type: 'config.pushed',
      organizationId,
      orchestratorId,
      actor: actorName,
      summary: `Configuration ${configVersion} was pushed to ${orchestratorId}.`,
      data: { config_version: configVersion },
    });
  }
}

/** One event for all: a span for each of thousands would make the trace unreadable. */
function tracedPush(orchestrators: number): string | null {
  const attributes = { 'moolai.orchestrators': orchestrators };
  return markMoment('push configuration', currentTraceparent(), { kind: SpanKind.PRODUCER, attributes });
}
