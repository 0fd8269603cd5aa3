import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorEnvelope, Message, Page, Role, Session, User } from '@moolai/contracts';
import { ControllerProcess, freePort, newDataDir, removeDataDir, TestOrchestrator } from '@moolai/testing';
import type { ClientOptions } from 'ws';

const ROOT = { email: 'root@example.com', password: 'the password of the first superadmin' };
const JWT_SECRET = 'the secret that signs the sessions of the attacked controller';
/** Low enough that a run reaches it, high enough for the measured sign-ins. */
export const LOGIN_MAX_FAILURES = 130;
const PATIENCE_MS = 15_000;

export interface RequestOptions {
  token?: string;
  /** Sent as JSON. */
  body?: object;
  headers?: Record<string, string>;
  /** Sent unchanged instead of `body`. */
  raw?: string;
}

/** An answer with data or an error; each attack decides which one is right. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined if the text is not JSON. */
  body: AnswerBody<T> | undefined;
}

type AnswerBody<T> = { data?: T } & Partial<Omit<ErrorEnvelope, 'success'>>;

/** A session whose refresh token is in the response body, not in a cookie. */
export type TokenSession = Session & { refresh_token: string };

/** The attacked controller, with two organizations, and a user of each role in one of them. */
export class Target {
  /** Access tokens by role; all but the superadmin belong to `org-mine`. */
  readonly tokens: Record<Role, string> = { superadmin: '', admin: '', operator: '', viewer: '' };
  /** User ids by role. */
  readonly userIds: Partial<Record<Role, string>> = {};
  foreignMessageId = 0;
  foreignUserId = '';
  readonly controller: ControllerProcess;
  readonly dataDir: string;
  readonly url: string;
  readonly api: string;
  readonly socketUrl: string;
  readonly root: typeof ROOT;
  readonly jwtSecret: string;
  #mine: TestOrchestrator | undefined;

  constructor(controller: ControllerProcess, dataDir: string) {
    this.controller = controller;
    this.dataDir = dataDir;
    this.url = `http://127.0.0.1:${controller.port}`;
    this.api = `${this.url}/api/v1`;
    this.socketUrl = `ws://127.0.0.1:${controller.port}/ws`;
    this.root = ROOT;
    this.jwtSecret = JWT_SECRET;
  }

  static async start(): Promise<Target> {
    const dataDir = newDataDir();
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      DEV_BEARER_TOKEN: 'a development token that is hard to guess',
      SUPERADMIN_EMAIL: ROOT.email,
      SUPERADMIN_PASSWORD: ROOT.password,
      JWT_SECRET,
      LOGIN_MAX_FAILURES: String(LOGIN_MAX_FAILURES),
      // Lets an attack use many addresses.
      TRUST_PROXY: '1',
      HEARTBEAT_INTERVAL_SEC: '30',
      HEARTBEAT_TTL_SEC: '120',
    });
    await controller.untilHealthy();
    const target = new Target(controller, dataDir);
    await target.settle();
    return target;
  }

  get hasEnded(): boolean {
    return this.controller.exit !== undefined;
  }

  /** The registered orchestrator of `org-mine`. */
  get mine(): TestOrchestrator {
    if (!this.#mine) throw new Error('not registered yet');
    return this.#mine;
  }

  async stop(): Promise<void> {
    this.controller.signal('SIGTERM');
    await this.controller.untilExit();
    removeDataDir(this.dataDir);
  }

  async settle(): Promise<void> {
    this.tokens.superadmin = (await this.signIn(ROOT.email, ROOT.password)).access_token;
    for (const id of ['org-mine', 'org-theirs']) {
      await this.make('/internal/organizations', { organization_id: id, name: id });
    }
    for (const role of ['admin', 'operator', 'viewer'] as const) {
      const password = `the password of the ${role}`;
      const email = `${role}@example.com`;
      const user = await this.make<User>('/internal/users', {
        email,
        password,
        role,
        organization_ids: ['org-mine'],
      });
      this.userIds[role] = user.user_id;
      this.tokens[role] = (await this.signIn(email, password)).access_token;
    }
    for (const side of ['mine', 'theirs']) {
      const orchestrator = await this.orchestrator(`orch-${side}`, { organization_id: `org-${side}` });
      await this.make(`/internal/orchestrators/orch-${side}/messages`, {
        message_type: 'notice',
        message_content: { secret: `of ${side}` },
      });
      if (side === 'mine') this.#mine = orchestrator;
    }
    const { items } = await this.read<Page<Message>>('/internal/messages?orchestrator_id=orch-theirs');
    this.foreignMessageId = items[0]?.id ?? 0;
    const user = { email: 'them@example.com', role: 'viewer', organization_ids: ['org-theirs'] };
    this.foreignUserId = (await this.make<User>('/internal/users', user)).user_id;
  }

  /** Sends a request; returns status, headers, text and, if it is JSON, body. */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const { token, body, headers = {}, raw } = options;
    const response = await fetch(
      path.startsWith('/internal') || path.startsWith('/controller')
        ? `${this.api}${path}`
        : `${this.url}${path}`,
      {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
      },
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: parse(text) as AnswerBody<T> | undefined,
    };
  }

  async signIn(email: string, password: string): Promise<TokenSession> {
    const { status, body } = await this.request<TokenSession>('POST', '/internal/auth/login', {
      body: { email, password },
    });
    if (status !== 200 || !body?.data) throw new Error(`cannot sign in: ${status}`);
    return body.data;
  }

  async make<T = unknown>(path: string, body: object): Promise<T> {
    const answer = await this.request<T>('POST', path, { token: this.tokens.superadmin, body });
    if (answer.status !== 201 || !answer.body?.data)
      throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  async read<T>(path: string, token = this.tokens.superadmin): Promise<T> {
    const answer = await this.request<T>('GET', path, { token });
    if (answer.status !== 200 || !answer.body?.data)
      throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  /** Opens a connection that has sent nothing yet. */
  connect(options?: ClientOptions): Promise<TestOrchestrator> {
    return TestOrchestrator.connect(this.socketUrl, options);
  }

  async orchestrator(id: string, more?: Record<string, unknown>): Promise<TestOrchestrator> {
    const orchestrator = await this.connect();
    await orchestrator.register(id, more);
    return orchestrator;
  }

  /** Sends raw bytes to the port; returns the answer up to the end of the connection or the timeout. */
  async rawBytes(
    text: string,
    { ms = 3_000, trickle }: { ms?: number; trickle?: string } = {},
  ): Promise<{ answer: string; how: 'closed' | 'open' }> {
    const socket = connect(this.controller.port, '127.0.0.1');
    socket.on('error', () => undefined);
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    const closed = new Promise<'closed'>((resolve) => socket.once('close', () => resolve('closed')));
    socket.write(text);
    let timer: NodeJS.Timeout | undefined;
    if (trickle) timer = setInterval(() => socket.write(trickle), 200);
    const how = await Promise.race([closed, delay(ms, 'open' as const)]);
    clearInterval(timer);
    socket.destroy();
    return { answer, how };
  }

  /** Starts a server that records whether it receives a request. */
  async trap(onRequest: () => void): Promise<{ url: string; close: () => Promise<void> }> {
    const server = createServer((_, response) => {
      onRequest();
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/latest/meta-data`, close };
  }

  /** Throws unless the controller is still healthy. */
  async assertAlive(): Promise<void> {
    const health = await this.request('GET', '/controller/health');
    if (health.status !== 200) throw new Error(`the controller is no longer healthy: ${health.status}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
