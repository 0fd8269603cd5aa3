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

/** The handshake does not wait longer for a kept configuration that takes its time. */
const KEPT_CONFIG_PATIENCE_MS = 10_000;

/**
 * Keeps one orchestrator connected to its controller: registers, sends heartbeats, applies
 * configuration, handles messages, delivers what it is given to send, and comes back by itself, for
 * as long as it takes.
 *
 * Nothing that the controller does or fails to do throws into the orchestrator. What is wrong with the
 * options throws from the constructor, before anything is promised: a `StateError` when `stateDir`,
 * `queue.path` or `credentialPath` can't be used, and what Node throws for a url, certificate or number that is none.
 */
export class OrchestratorClient extends EventEmitter<OrchestratorClientEvents> {
  private readonly parts: ClientParts;
  private readonly setTimer: SetTimer;
  private connection: ControllerConnection | undefined;
  /** Runs until the next attempt to connect. */
  private connectTimer: NodeJS.Timeout | undefined;
  private state: 'new' | 'started' | 'stopped' = 'new';
  /** Counts the starts, so that what one of them waits for does not act in the next. */
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

  /** True between the accepted registration and the end of the connection. */
  get isConnected(): boolean {
    return this.connection?.isRegistered ?? false;
  }

  /** Recommendations and reports that the controller has not stored yet. */
  get queuedCount(): number {
    return this.parts.outbox.size;
  }

  /** Hands over the kept configuration, if there is one, and starts connecting; returns at once. */
  start(): void {
    if (this.state === 'started') return;
    this.state = 'started';
    this.startCount += 1;
    void this.begin(this.startCount);
  }

  /**
   * Ends the connection with a close handshake, and writes what is to be kept. Leaves nothing behind
   * that keeps the process alive.
   *
   * Submissions under way reject with `stopped`; what is queued is sent after the next start, of this
   * client or, with a path, of this orchestrator. A message that is being handled is not waited for.
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
   * Sends a recommendation, and sends it again until the controller has stored it.
   *
   * @param clientMessageId its idempotency key; a UUID when left out. An id that is queued already
   *   means the same message: the submission is that of the first call.
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

  /** Sends monitoring figures; all else as with {@link recommend}. */
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
      // One way to fail is enough: a caller handles the rejection and needs no try beside it.
      return failedSubmission(id, error as Error);
    }
  }

  /** Never rejects: a configuration that cannot be applied is a problem that is told. */
  private async begin(start: number): Promise<void> {
    const applied = this.parts.applier.applyKept();
    const patience = new Promise<void>((resolve) => {
      this.connectTimer = this.setTimer(resolve, KEPT_CONFIG_PATIENCE_MS);
    });
    await Promise.race([applied, patience]);
    // Started again while it stopped: one connection at a time.
    await this.connection?.close();
    // Stopped meanwhile, perhaps started again: then the timer is not this one's any more.
    if (this.state !== 'started' || this.startCount !== start) return;
    clearTimeout(this.connectTimer);
    this.connect();
  }

  private connect(): void {
    const { watchdog } = this.parts;
    const { url, tls } = this.options;
    this.connection = new ControllerConnection(url, tls, {
      opened: (connection) => this.register(connection),
      heard: () => watchdog.heard(),
      received: (connection, message) => this.onMessage(connection, message),
      problem: (code, detail) => this.emit('problem', code, detail),
      closed: (connection, code, reason) => this.onClose(connection, code, reason),
    });
    watchdog.heard();
  }

  private register(connection: ControllerConnection): void {
    const { applier, credentials } = this.parts;
    const { canRotate } = credentials;
    const state = { reported: applier.reported(), token: credentials.present(), canRotate };
    this.send(connection, registration(this.options, state));
  }

  private onMessage(connection: ControllerConnection, message: ControllerMessage): void {
    // What comes during the close handshake comes again after the next start.
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
        pause.askedFor(message.reconnect_after_ms);
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
    if (!message.success) {
      const hasAnother = CREDENTIAL_ERRORS.has(message.error) && credentials.refused();
      // Without a time to come back, and nothing else to present, only someone's change will help.
      if (message.retry_after_ms !== undefined) pause.askedFor(message.retry_after_ms);
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

  /** Says that a new credential is kept, once it is. */
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
    const { heartbeat, pause, sender, watchdog } = this.parts;
    heartbeat.stop();
    watchdog.stop();
    sender.disconnected(code);
    if (connection.isClosedByUs) {
      this.emit('disconnected', { code, reason, reconnectInMs: null });
      return;
    }
    if (code === CLOSE_CODES.replaced) {
      // Someone else is this orchestrator now; taking it back at once would go on for ever.
      pause.waitLongest();
      this.emit('replaced');
    }
    const reconnectInMs = pause.next(connection.registeredForMs);
    this.emit('disconnected', { code, reason, reconnectInMs });
    this.connectTimer = this.setTimer(() => this.connect(), reconnectInMs);
  }

  /** Sends everything but the queue's messages. */
  private send(connection: ControllerConnection | undefined, message: OrchestratorMessage): void {
    if (connection?.send(message)) this.parts.sender.otherSent();
  }
}
