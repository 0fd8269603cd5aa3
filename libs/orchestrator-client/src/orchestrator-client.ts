import { EventEmitter } from 'node:events';
import {
  CLOSE_CODES,
  type AdminMessage,
  type ConfigUpdateMessage,
  type ControllerMessage,
  type HandshakeAckMessage,
  type HealthStatus,
  type JsonObject,
  type OrchestratorMessage,
  type ProvisioningMessage,
  type RegisterMessage,
  type UsageEntry,
} from '@moolai/contracts';
import { WebSocket } from 'ws';
import { fullJitterMs, type BackoffBounds } from './backoff.js';
import type { ConfigInfo, OrchestratorClientEvents, OrchestratorClientOptions } from './client-options.js';
import { parseControllerMessage } from './controller-frame.js';
import { SilenceWatchdog } from './silence-watchdog.js';

const DEFAULT_BACKOFF: BackoffBounds = { firstMs: 1_000, longestMs: 60_000 };
/** The back-off starts anew only after a connection that was good for this long. */
const HEALTHY_AFTER_MS = 60_000;
const SILENCE_TIMEOUT_MS = 45_000;
const NORMAL_CLOSURE = 1000;

/**
 * Keeps one orchestrator connected to its controller: registers, sends heartbeats, applies
 * configuration, acknowledges, and comes back by itself, for as long as it takes.
 *
 * Nothing that the controller does or fails to do throws into the orchestrator.
 */
export class OrchestratorClient extends EventEmitter<OrchestratorClientEvents> {
  private readonly backoff: BackoffBounds;
  private readonly setTimer: (callback: () => void, ms: number) => NodeJS.Timeout;
  private readonly random: () => number;
  private socket: WebSocket | undefined;
  private heartbeatTimer: NodeJS.Timeout | undefined;
  private readonly watchdog: SilenceWatchdog;
  private reconnectTimer: NodeJS.Timeout | undefined;
  private attempt = 0;
  private registeredAtMs: number | undefined;
  /** What the controller asked for at least, before the next attempt. */
  private askedPauseMs = 0;
  private mustWaitLong = false;
  private appliedVersion: number | undefined;
  /** Configurations are applied one after the other, in the order they came. */
  private applying: Promise<void> = Promise.resolve();
  /** Likewise messages: the next one waits for the one before. */
  private handling: Promise<void> = Promise.resolve();
  private isStopped = true;

  constructor(private readonly options: OrchestratorClientOptions) {
    super();
    this.backoff = options.backoff ?? DEFAULT_BACKOFF;
    this.setTimer = options.setTimer ?? setTimeout;
    this.random = options.random ?? Math.random;
    this.watchdog = new SilenceWatchdog({
      timeoutMs: options.silenceTimeoutMs ?? SILENCE_TIMEOUT_MS,
      setTimer: this.setTimer,
      ask: () => this.ping(),
      giveUp: () => this.socket?.terminate(),
    });
  }

  /** True between the accepted registration and the end of the connection. */
  get isConnected(): boolean {
    return this.registeredAtMs !== undefined;
  }

  /** Starts connecting; returns at once. */
  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.connect();
  }

  /** Ends the connection with a close handshake and leaves no timer behind. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.reconnectTimer);
    const { socket } = this;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(NORMAL_CLOSURE);
    await closed;
  }

  /** Sends a recommendation; false when there is no connection. */
  recommend(recommendation: JsonObject, clientMessageId?: string): boolean {
    return this.sendRegistered({
      type: 'recommendation',
      orchestrator_id: this.options.orchestratorId,
      ...(clientMessageId ? { client_message_id: clientMessageId } : {}),
      recommendation,
    });
  }

  /** Sends monitoring figures; false when there is no connection. */
  report(
    figures: { metrics: Record<string, number>; usage?: UsageEntry[]; health_status?: HealthStatus },
    clientMessageId?: string,
  ): boolean {
    return this.sendRegistered({
      type: 'monitoring',
      orchestrator_id: this.options.orchestratorId,
      ...(clientMessageId ? { client_message_id: clientMessageId } : {}),
      timestamp: new Date().toISOString(),
      ...figures,
    });
  }

  private connect(): void {
    const socket = new WebSocket(this.options.url, { perMessageDeflate: false });
    this.socket = socket;
    socket.on('open', () => this.send(this.registration()));
    socket.on('message', (data) => {
      this.watchdog.heard();
      this.onFrame(data as Buffer);
    });
    socket.on('ping', () => this.watchdog.heard());
    socket.on('pong', () => this.watchdog.heard());
    socket.on('error', (error) => this.emit('problem', 'connection', error.message));
    socket.once('close', (code, reason) => this.onClose(code, reason.toString('utf8')));
    this.watchdog.heard();
  }

  private registration(): RegisterMessage {
    const { orchestratorId, organizationId, name, version, labels, features, metadata, token } = this.options;
    return {
      type: 'register',
      orchestrator_id: orchestratorId,
      capabilities: this.options.onMessage ? ['message_ack'] : [],
      ...(organizationId ? { organization_id: organizationId } : {}),
      ...(name ? { name } : {}),
      ...(version ? { version } : {}),
      ...(labels ? { labels } : {}),
      ...(features ? { features } : {}),
      ...(metadata ? { metadata } : {}),
      ...(token ? { token } : {}),
      ...(this.appliedVersion === undefined ? {} : { config_version: this.appliedVersion }),
    };
  }

  private onFrame(data: Buffer): void {
    const message = parseControllerMessage(data);
    if (message) this.onMessage(message);
    else this.emit('problem', 'not_understood', 'The controller sent a frame that is not a message.');
  }

  private onMessage(message: ControllerMessage): void {
    switch (message.type) {
      case 'handshake_ack':
        this.onHandshake(message);
        return;
      case 'provisioning':
      case 'config_update':
        this.applying = this.applying.then(() => this.applyConfig(message));
        return;
      case 'message':
        this.handling = this.handling.then(() => this.handleMessage(message));
        return;
      case 'error':
        this.emit('problem', message.code, message.detail);
        return;
      case 'goodbye':
        this.askedPauseMs = message.reconnect_after_ms;
        return;
      case 'received':
    }
  }

  private onHandshake(message: HandshakeAckMessage): void {
    if (!message.success) {
      this.askedPauseMs = message.retry_after_ms ?? 0;
      // Without a time to come back, only someone's change will help: no use in asking often.
      this.mustWaitLong = message.retry_after_ms === undefined;
      this.emit('refused', message.error, message.detail);
      return;
    }
    this.registeredAtMs = performance.now();
    this.emit('connected', message);
    const intervalMs = message.heartbeat_interval_sec * 1000;
    // The first one at a random moment: a fleet that came at once must not beat at once for ever.
    this.beatAfter(intervalMs * this.random(), intervalMs);
  }

  private beatAfter(delayMs: number, intervalMs: number): void {
    this.heartbeatTimer = this.setTimer(() => {
      const { orchestratorId: orchestrator_id, health } = this.options;
      this.send({ type: 'i_am_alive', orchestrator_id, ...(health ? { health_status: health() } : {}) });
      this.beatAfter(intervalMs, intervalMs);
    }, delayMs);
  }

  private async applyConfig(message: ProvisioningMessage | ConfigUpdateMessage): Promise<void> {
    const { config, config_version, config_hash, type } = message;
    const info: ConfigInfo = { configVersion: config_version, configHash: config_hash, source: type };
    const base = {
      type: 'config_ack',
      orchestrator_id: this.options.orchestratorId,
      config_version,
    } as const;
    try {
      await this.options.onConfig?.(config, info);
      this.appliedVersion = config_version;
      this.emit('config', config, info);
      this.send({ ...base, status: 'applied' });
    } catch (error) {
      this.send({ ...base, status: 'failed', detail: describe(error) });
    }
  }

  private async handleMessage(message: AdminMessage): Promise<void> {
    if (!this.options.onMessage) return;
    const base = { type: 'message_ack', message_id: message.message_id } as const;
    try {
      await this.options.onMessage(message);
      this.send({ ...base, status: 'delivered' });
    } catch (error) {
      this.send({ ...base, status: 'failed', detail: describe(error) });
    }
  }

  private onClose(code: number, reason: string): void {
    clearTimeout(this.heartbeatTimer);
    this.watchdog.stop();
    const wasHealthy =
      this.registeredAtMs !== undefined && performance.now() - this.registeredAtMs >= HEALTHY_AFTER_MS;
    this.registeredAtMs = undefined;
    if (this.isStopped) {
      this.emit('disconnected', { code, reason, reconnectInMs: null });
      return;
    }
    if (wasHealthy) this.attempt = 0;
    if (code === CLOSE_CODES.replaced) {
      // Someone else is this orchestrator now; taking it back at once would go on for ever.
      this.mustWaitLong = true;
      this.emit('replaced');
    }
    const reconnectInMs = this.nextPauseMs();
    this.emit('disconnected', { code, reason, reconnectInMs });
    this.reconnectTimer = this.setTimer(() => this.connect(), reconnectInMs);
  }

  private nextPauseMs(): number {
    const jitterMs = fullJitterMs(this.attempt, this.backoff, this.random());
    const pauseMs = this.mustWaitLong ? this.backoff.longestMs : Math.max(this.askedPauseMs, jitterMs);
    this.attempt += 1;
    this.askedPauseMs = 0;
    this.mustWaitLong = false;
    return pauseMs;
  }

  private ping(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.ping();
  }

  private sendRegistered(message: OrchestratorMessage): boolean {
    return this.isConnected && this.send(message);
  }

  private send(message: OrchestratorMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 4_096);
}
