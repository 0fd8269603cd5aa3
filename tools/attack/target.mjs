import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ControllerProcess, freePort, newDataDir, removeDataDir, TestOrchestrator } from '@moolai/testing';

const ROOT = { email: 'root@example.com', password: 'the password of the first superadmin' };
const JWT_SECRET = 'the secret that signs the sessions of the attacked controller';
/** Low enough to be reached within the run, high enough for what is measured. */
export const LOGIN_MAX_FAILURES = 130;
const PATIENCE_MS = 15_000;

/** The controller that is attacked, with two tenants and somebody of each role in one of them. */
export class Target {
  /** Access tokens by role; all but the superadmin belong to `org-mine`. */
  tokens = {};
  /** User ids by role. */
  userIds = {};

  constructor(controller, dataDir) {
    this.controller = controller;
    this.dataDir = dataDir;
    this.url = `http://127.0.0.1:${controller.port}`;
    this.api = `${this.url}/api/v1`;
    this.socketUrl = `ws://127.0.0.1:${controller.port}/ws`;
    this.root = ROOT;
    this.jwtSecret = JWT_SECRET;
  }

  static async start() {
    const dataDir = newDataDir();
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      DEV_BEARER_TOKEN: 'a development token that nobody guesses',
      SUPERADMIN_EMAIL: ROOT.email,
      SUPERADMIN_PASSWORD: ROOT.password,
      JWT_SECRET,
      LOGIN_MAX_FAILURES: String(LOGIN_MAX_FAILURES),
      // So that an attack may come from many addresses.
      TRUST_PROXY: '1',
      HEARTBEAT_INTERVAL_SEC: '30',
      HEARTBEAT_TTL_SEC: '120',
    });
    await controller.untilHealthy();
    const target = new Target(controller, dataDir);
    await target.settle();
    return target;
  }

  get hasEnded() {
    return this.controller.exit !== undefined;
  }

  async stop() {
    this.controller.signal('SIGTERM');
    await this.controller.untilExit();
    removeDataDir(this.dataDir);
  }

  async settle() {
    this.tokens.superadmin = (await this.signIn(ROOT.email, ROOT.password)).access_token;
    for (const id of ['org-mine', 'org-theirs']) {
      await this.make('/internal/organizations', { organization_id: id, name: id });
    }
    for (const role of ['admin', 'operator', 'viewer']) {
      const password = `the password of the ${role}`;
      const email = `${role}@example.com`;
      const user = await this.make('/internal/users', {
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
      this[side] = orchestrator;
    }
    const { items } = await this.read('/internal/messages?orchestrator_id=orch-theirs');
    this.foreignMessageId = items[0].id;
    const user = { email: 'them@example.com', role: 'viewer', organization_ids: ['org-theirs'] };
    this.foreignUserId = (await this.make('/internal/users', user)).user_id;
  }

  /** A request; gives status, headers, text and, where it is JSON, body. */
  async request(method, path, { token, body, headers = {}, raw } = {}) {
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
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  async signIn(email, password) {
    const { status, body } = await this.request('POST', '/internal/auth/login', {
      body: { email, password },
    });
    if (status !== 200) throw new Error(`cannot sign in: ${status}`);
    return body.data;
  }

  async make(path, body) {
    const answer = await this.request('POST', path, { token: this.tokens.superadmin, body });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  async read(path, token = this.tokens.superadmin) {
    const answer = await this.request('GET', path, { token });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  /** A connection that has sent nothing yet. */
  connect(options) {
    return TestOrchestrator.connect(this.socketUrl, options);
  }

  async orchestrator(id, more) {
    const orchestrator = await this.connect();
    await orchestrator.register(id, more);
    return orchestrator;
  }

  /** Sends bytes to the port as they are, and gives what came back until the end, or until the time is over. */
  async rawBytes(text, { ms = 3_000, trickle } = {}) {
    const socket = connect(this.controller.port, '127.0.0.1');
    socket.on('error', () => undefined);
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
    socket.write(text);
    let timer;
    if (trickle) timer = setInterval(() => socket.write(trickle), 200);
    const how = await Promise.race([closed, delay(ms, 'open')]);
    clearInterval(timer);
    socket.destroy();
    return { answer, how };
  }

  /** An address that tells when somebody asks it. */
  async trap(onRequest) {
    const server = createServer((_, response) => {
      onRequest();
      response.end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = () => new Promise((resolve) => server.close(resolve));
    return { url: `http://127.0.0.1:${server.address().port}/latest/meta-data`, close };
  }

  /** Fails the case unless the controller still does its work. */
  async assertAlive() {
    const health = await this.request('GET', '/controller/health');
    if (health.status !== 200) throw new Error(`the controller is not healthy any more: ${health.status}`);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
