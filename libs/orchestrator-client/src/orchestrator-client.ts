import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  CLOSE_CODES,
  CREDENTIAL_ERRORS,
  type ControllerMessage,
  type HandshakeAckMessage,
  type JsonObject,
  type OrchestratorMessage,
} from '@moolai/contracts';
import { assertOptions } from './assert-options.js';
import type { OrchestratorClientEvents, OrchestratorClientOptions, Report } from './client-options.js';
import { createClientParts, type ClientParts } from './client-parts.js';
import { ControllerConnection } from './controller-connection.js';
import { NotStoredError } from './not-stored-error.js';
import { outgoingMessage, type QueuedMessage } from './outgoing-message.js';
import { registration } from './registration.js';
import { failedSubmission, type Submission } from './submission.js';
import type { SetTimer } from './timer.js';

/** How long the handshake waits for the cached configuration to be applied. */
const KEPT_CONFIG_PATIENCE_MS = 10_000;
/** How long one of several addresses may take to answer the registration. */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Keeps one orchestrator connected to its controller: registers, sends heartbeats, applies configuration, handles
 * messages, sends recommendations and reports, and reconnects for as long as it takes.
 *
 * Nothing that the controller does throws into the orchestrator. Invalid options throw in the constructor: a
 * `StateError` when `stateDir`, `queue.path` or `credentialPath` can't be used, and Node's own error for an invalid
 * url, certificate or number.
 */
export class OrchestratorClient extends EventEmitter<OrchestratorClientEvents> {
  private readonly parts: ClientParts;
  private readonly setTimer: SetTimer;
  private connection: ControllerConnection | undefined;
  /** Set while the client waits to reconnect. */
  private connectTimer: NodeJS.Timeout | undefined;
  private state: 'new' | 'started' | 'stopped' = 'new';
  /** Number of starts, so that pending work of one start does not act in the next. */
  private startCount = 0;

  constructor(private readonly options: OrchestratorClientOptions) {
    super();
    assertOptions(options);
    this.setTimer = options.setTimer ?? setTimeout;
    this.parts = createClientParts(options, {
      sendQueued: (frame) => this.connection?.sendFrame(frame) ?? false,
      sendHeartbeat: (heartbeat) => this.send(this.connection, heartbeat),
      ping: () => this.connection?.ping(),
      terminate: () => this.connection?.terminate(),
      onApplied: (config, info) => this.emit('config', config, info),
      onDropped: (error) => this.emit('dropped', error),
      onProblem: (code, detail) => this.emit('problem', code, detail),
    });
  }

  /** True from the accepted registration to the end of the connection. */
  get isConnected(): boolean {
    return this.connection?.isRegistered ?? false;
  }

  /** The address of the current or the next connection. */
  get url(): string {
    return this.parts.addresses.current;
  }

  /** Number of recommendations and reports that the controller has not stored yet. */
  get queuedCount(): number {
    return this.parts.outbox.size;
  }

  /** Hands over the cached configuration, if any, and starts connecting. Returns immediately. */
  start(): void {
    if (this.state === 'started') return;
    this.state = 'started';
    this.startCount += 1;
    void this.begin(this.startCount);
  }

  /**
   * Closes the connection with a close handshake, and writes pending state. Nothing is left that keeps the process
   * alive.
   *
   * Pending submissions reject with `stopped`. Queued messages are sent after the next start, of this client or, with a
   * queue file, of a later process. A message that is being handled is not waited for.
   */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.connectTimer);
    const { inbox, outbox, handled, cache, credentials } = this.parts;
    inbox?.clear();
    const written = [outbox.stop(), handled.flushed(), cache?.flushed(), credentials.flushed()];
    await Promise.all([this.connection?.close(), ...written]);
  }

  /**
   * Sends a recommendation, repeatedly until the controller has stored it.
   *
   * @param clientMessageId its idempotency key; defaults to a UUID. An id that is already queued means the same
   * message: the call returns the existing submission.
   * @throws NotStoredError (the promise), when it is given up
   */
  recommend(recommendation: JsonObject, clientMessageId: string = randomUUID()): Submission {
    return this.submit({
      type: 'recommendation',
      orchestrator_id: this.options.orchestratorId,
      client_message_id: clientMessageId,
      recommendation,
    });
  }

  /** Sends metrics; otherwise as {@link recommend}. */
  report(report: Report, clientMessageId: string = randomUUID()): Submission {
    return this.submit({
      type: 'monitoring',
      orchestrator_id: this.options.orchestratorId,
      client_message_id: clientMessageId,
      timestamp: new Date().toISOString(),
      ...report,
    });
  }

  private submit(message: QueuedMessage): Submission {
    const { client_message_id: id } = message;
    try {
      if (this.state === 'stopped') throw new NotStoredError('stopped', id, 'The client is stopped.');
      const submission = this.parts.outbox.add(outgoingMessage(message));
      this.parts.sender.pump();
      return submission;
    } catch (error) {
      // Report every failure through the promise, so that callers need no try as well.
      return failedSubmission(id, error as Error);
    }
  }

  /** Never rejects: a configuration that cannot be applied is reported as a problem. */
  private async begin(start: number): Promise<void> {
    const applied = this.parts.applier.applyKept();
    const patience = new Promise<void>((resolve) => {
      this.connectTimer = this.setTimer(resolve, KEPT_CONFIG_PATIENCE_MS);
    });
    await Promise.race([applied, patience]);
    // Restarted while stopping: keep to one connection at a time.
    await this.connection?.close();
    // Stopped meanwhile, and maybe started again: the timer then belongs to another start.
    if (this.state !== 'started' || this.startCount !== start) return;
    clearTimeout(this.connectTimer);
    this.connect();
  }

  private connect(): void {
    const { addresses, watchdog } = this.parts;
    const { answerTimeoutMs, tls } = this.options;
    const target = {
      url: addresses.current,
      tls,
      // Without another address to go to, patience is better.
      answerTimeoutMs: answerTimeoutMs ?? (addresses.count > 1 ? ANSWER_TIMEOUT_MS : undefined),
      setTimer: this.setTimer,
    };
    this.connection = new ControllerConnection(target, {
      opened: (connection) => this.register(connection),
      alive: () => watchdog.restart(),
      received: (connection, message) => this.onMessage(connection, message),
      problem: (code, detail) => this.emit('problem', code, detail),
      closed: (connection, code, reason) => this.onClose(connection, code, reason),
    });
    watchdog.restart();
  }

  private register(connection: ControllerConnection): void {
    const { applier, credentials } = this.parts;
    const { canRotate } = credentials;
    const state = { reported: applier.reported(), token: credentials.present(), canRotate };
    this.send(connection, registration(this.options, state));
  }

  private onMessage(connection: ControllerConnection, message: ControllerMessage): void {
    // The controller repeats messages that arrive during the close handshake.
    if (connection.isClosedByUs) return;
    const { applier, credentials, inbox, pause, sender } = this.parts;
    const { orchestratorId: orchestrator_id } = this.options;
    switch (message.type) {
      case 'handshake_ack':
        this.onHandshake(connection, message);
        return;
      case 'provisioning':
      case 'config_update':
        applier.receive(message, ({ outcome, ...traced }) => {
          const { config_version } = message;
          this.send(connection, {
            type: 'config_ack',
            orchestrator_id,
            config_version,
            ...outcome,
            ...traced,
          });
        });
        return;
      case 'message':
        inbox?.receive(message, ({ outcome, ...traced }) => {
          const { message_id } = message;
          this.send(connection, { type: 'message_ack', message_id, ...outcome, ...traced });
        });
        return;
      case 'error':
        sender.refused(message.code, message.detail, message.retry_after_ms);
        this.emit('problem', message.code, message.detail);
        return;
      case 'goodbye':
        pause.waitAtLeast(message.reconnect_after_ms);
        return;
      case 'credential_update':
        void this.acknowledgeCredential(connection, credentials.offered(message.credential));
        return;
      case 'received':
        if (message.warning !== undefined) this.emit('problem', 'report', message.warning);
        if (sender.received(message.client_message_id, message.message_id))
          this.emit('received', message.client_message_id, message.message_id);
    }
  }

  private onHandshake(connection: ControllerConnection, message: HandshakeAckMessage): void {
    const { credentials, heartbeat, pause, sender } = this.parts;
    connection.markAnswered();
    if (!message.success) {
      const hasAnother = CREDENTIAL_ERRORS.has(message.error) && credentials.refused();
      // Without a retry time or another credential, only an administrator can change the outcome.
      if (message.retry_after_ms !== undefined) pause.waitAtLeast(message.retry_after_ms);
      else if (!hasAnother) pause.waitLongest();
      this.emit('refused', message.error, message.detail);
      return;
    }
    connection.markRegistered();
    void this.acknowledgeCredential(connection, credentials.accepted(message.credential));
    this.emit('connected', message);
    heartbeat.start(message.heartbeat_interval_sec * 1000);
    sender.connected();
  }

  /** Acknowledges a new credential once it is stored. */
  private async acknowledgeCredential(
    connection: ControllerConnection,
    kept: Promise<string | undefined>,
  ): Promise<void> {
    const credential = await kept;
    if (credential === undefined || !this.parts.credentials.canRotate) return;
    this.send(connection, {
      type: 'credential_ack',
      orchestrator_id: this.options.orchestratorId,
      credential,
    });
  }

  private onClose(connection: ControllerConnection, code: number, reason: string): void {
    const { addresses, heartbeat, pause, sender, watchdog } = this.parts;
    const { url } = connection;
    heartbeat.stop();
    watchdog.stop();
    sender.disconnected(code);
    if (connection.isClosedByUs) {
      this.emit('disconnected', { code, reason, reconnectInMs: null, url });
      return;
    }
    addresses.advance();
    if (code === CLOSE_CODES.replaced) {
      // Another process registered as this orchestrator; taking over immediately would never end.
      pause.waitLongest();
      this.emit('replaced');
    }
    const reconnectInMs = pause.next(connection.registeredForMs);
    this.emit('disconnected', { code, reason, reconnectInMs, url });
    this.connectTimer = this.setTimer(() => this.connect(), reconnectInMs);
  }

  /** Sends everything except queued messages. */
  private send(connection: ControllerConnection | undefined, message: OrchestratorMessage): void {
    if (connection?.send(message)) this.parts.sender.otherSent();
  }
}
