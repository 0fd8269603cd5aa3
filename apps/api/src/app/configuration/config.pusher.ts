import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { currentTraceparent, markMoment } from '../../platform/tracing/spans.js';
import { FleetEvents } from '../events/index.js';
import { LiveStateService, type LiveEntry } from '../live-state/index.js';
import { ConfigPushMetrics } from './config-push.metrics.js';

/** A configuration that an orchestrator should have from now on. */
export interface DesiredConfig {
  orchestratorId: string;
  configVersion: number;
  configHash: string;
  /** The configuration as it stands in a frame; many orchestrators share one text. */
  configJson: string;
}

/** Frames between two turns of the event loop: heartbeats must not wait for a push to thousands. */
const FRAMES_PER_TURN = 500;
/** Beyond this many an event for each would push everything else out of the activity. */
export const MAX_SINGLE_EVENTS = 100;

/** The frame that carries a configuration, put together around JSON that is serialized once for many. */
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

/** A configuration that cannot be written before its orchestrator has read what came before. */
interface WaitingConfig {
  config: DesiredConfig;
  by: string;
  traceparent: string | null;
}

/** Writes new configurations to live connections. Works for independent orchestrators as well (HLD 7.4). */
@Injectable()
export class ConfigPusher {
  /** The newest one of each: what was desired in between need not be sent any more. */
  private readonly waiting = new WeakMap<LiveEntry, WaitingConfig>();

  constructor(
    private readonly liveState: LiveStateService,
    private readonly events: FleetEvents,
    private readonly metrics: ConfigPushMetrics,
  ) {}

  /**
   * Pushes to whoever is connected now. Whoever comes while this runs either reads the new configuration
   * or sees that it has changed meanwhile.
   * @returns to how many it was written
   */
  async push(configs: DesiredConfig[], by: string): Promise<number> {
    const startedAt = performance.now();
    const traceparent = tracedPush(configs.length);
    const connected = configs.filter(({ orchestratorId }) => this.liveState.get(orchestratorId)?.isConnected);
    const tellsEach = connected.length <= MAX_SINGLE_EVENTS;
    let pushed = 0;
    for (const [index, config] of connected.entries()) {
      if (index > 0 && index % FRAMES_PER_TURN === 0) await nextTurn();
      const entry = this.write({ config, by, traceparent });
      if (!entry) continue;
      pushed += 1;
      if (tellsEach) this.tell(entry, config, by);
    }
    if (pushed > 0) this.metrics.pushed(pushed, performance.now() - startedAt);
    if (!tellsEach && pushed > 0) {
      const summary = `A new configuration was pushed to ${pushed} orchestrators.`;
      this.events.publish({
        type: 'config.pushed',
        organizationId: null,
        actor: by,
        summary,
        data: { pushed },
      });
    }
    return pushed;
  }

  /** An older version never follows a newer one: two pushes may overtake each other. */
  private write(waiting: WaitingConfig): LiveEntry | undefined {
    const { config, traceparent } = waiting;
    const entry = this.liveState.get(config.orchestratorId);
    if (!entry?.isConnected || entry.configVersion >= config.configVersion) return undefined;
    if (entry.link.isCongested) {
      this.hold(entry, waiting);
      return undefined;
    }
    if (!entry.link.send(configFrame('config_update', config, { traceparent }))) return undefined;
    entry.configVersion = config.configVersion;
    entry.configTraceparent = traceparent;
    return entry;
  }

  private hold(entry: LiveEntry, waiting: WaitingConfig): void {
    const held = this.waiting.get(entry);
    if (held && held.config.configVersion >= waiting.config.configVersion) return;
    this.waiting.set(entry, waiting);
    entry.link.whenDrained(() => this.release(entry));
  }

  private release(entry: LiveEntry): void {
    const waiting = this.waiting.get(entry);
    this.waiting.delete(entry);
    // Of another connection by now: that one was told the newest when it registered.
    if (!waiting || this.liveState.get(entry.orchestratorId) !== entry || !this.write(waiting)) return;
    this.tell(entry, waiting.config, waiting.by);
  }

  private tell(
    { orchestratorId, organizationId }: LiveEntry,
    { configVersion }: DesiredConfig,
    by: string,
  ): void {
    this.events.publish({
      type: 'config.pushed',
      organizationId,
      orchestratorId,
      actor: by,
      summary: `Configuration ${configVersion} was pushed to ${orchestratorId}.`,
      data: { config_version: configVersion },
    });
  }
}

/** One moment for everyone it concerns: a span for each of thousands would be no trace that one can read. */
function tracedPush(orchestrators: number): string | null {
  const attributes = { 'moolai.orchestrators': orchestrators };
  return markMoment('push configuration', currentTraceparent(), { kind: SpanKind.PRODUCER, attributes });
}
