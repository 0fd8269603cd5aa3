import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { OrchestratorMessage } from '@moolai/contracts';
import { WebSocketServer, type WebSocket } from 'ws';

/** A queued message as received. */
export type Queued = Extract<OrchestratorMessage, { type: 'recommendation' | 'monitoring' }>;

/** An accepted handshake. */
export function accepted(orchestratorId: string): object {
  return {
    type: 'handshake_ack',
    success: true,
    orchestrator_id: orchestratorId,
    organization_id: 'org-001',
    is_independent: false,
    session_id: 's',
    instance_id: 'i',
    heartbeat_interval_sec: 0.02,
    heartbeat_ttl_sec: 1,
    server_time: '2026-01-01T00:00:00.000Z',
    protocol_version: 1,
  };
}

/** A controller whose answers the test defines. */
export class ScriptedController {
  readonly received: OrchestratorMessage[] = [];
  readonly sockets: WebSocket[] = [];
  /** Ids of stored messages in order; the index is the `message_id`. */
  readonly stored: string[] = [];
  /** Answers to `register`. */
  answer: (orchestratorId: string) => object[] = (id) => [accepted(id)];
  /** Answers to a recommendation or report. */
  answerQueued: (message: Queued) => object[] = (message) => [this.store(message)];
  /** If true, it reads no frames and so does not answer pings. */
  isDeaf = false;
  pings = 0;
  private readonly http: Server;
  private readonly server: WebSocketServer;

  constructor(private readonly tls?: TlsOptions) {
    this.http = tls ? createTlsServer(tls) : createServer();
    this.server = new WebSocketServer({ server: this.http });
    this.server.on('connection', (socket) => this.onConnection(socket));
  }

  /** Listens on the given port, by default a free one. */
  async listen(port = 0): Promise<void> {
    this.http.listen(port, '127.0.0.1');
    await once(this.http, 'listening');
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.tls ? 'wss://localhost' : 'ws://127.0.0.1'}:${this.port}`;
  }

  ofType<T extends OrchestratorMessage['type']>(type: T): Extract<OrchestratorMessage, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<OrchestratorMessage, { type: T }> => message.type === type,
    );
  }

  /** The ids of all received recommendations and reports, with repetitions. */
  get queuedIds(): string[] {
    return this.received.filter(isQueued).map((message) => message.client_message_id ?? '');
  }

  /** Stores a message once, and returns its answer. */
  store({ client_message_id: id = '' }: Queued): object {
    if (!this.stored.includes(id)) this.stored.push(id);
    return { type: 'received', client_message_id: id, message_id: this.stored.indexOf(id) };
  }

  /** Sends frames on the latest connection. */
  send(...frames: object[]): void {
    for (const frame of frames) this.sockets.at(-1)?.send(JSON.stringify(frame));
  }

  /** Ends the latest connection without a close handshake. */
  cut(): void {
    this.sockets.at(-1)?.terminate();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
    if (!this.http.listening) return;
    this.http.close();
    await once(this.http, 'close');
  }

  private onConnection(socket: WebSocket): void {
    this.sockets.push(socket);
    socket.on('ping', () => (this.pings += 1));
    socket.on('message', (data: Buffer) => {
      const message = parse(data);
      this.received.push(message);
      const answers = isQueued(message) ? this.answerQueued(message) : [];
      if (message.type === 'register') answers.push(...this.answer(message.orchestrator_id));
      for (const frame of answers) socket.send(JSON.stringify(frame));
      if (this.isDeaf) socket.pause();
    });
  }
}

function isQueued(message: OrchestratorMessage): message is Queued {
  return message.type === 'recommendation' || message.type === 'monitoring';
}

function parse(data: Buffer): OrchestratorMessage {
  try {
    return JSON.parse(data.toString()) as OrchestratorMessage;
  } catch (error) {
    throw new Error('the client sent a frame that is not JSON', { cause: error });
  }
}
