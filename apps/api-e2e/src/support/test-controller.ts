import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppModule,
  Clock,
  configureApp,
  connectDatabase,
  createHttpAdapter,
  createLogger,
  DEFAULT_TIMING,
  GATEWAY_TIMING,
  loadSettings,
  type GatewayTiming,
  type Settings,
} from '@moolai/api';
import type { Role, Session } from '@moolai/contracts';
import { apiClient, LogCapture, TestDatabase, TestOrchestrator, type ApiClient } from '@moolai/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import type { ClientOptions } from 'ws';
import { ArtefactHost, presentArtefact, type Artefact } from './artefact-host.js';

/** The bearer token that tests use by default. */
export const TOKEN = 'test-token-of-the-e2e-suite';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A session whose refresh token is in the response body. */
export type SignedInSession = Session & { refresh_token: string };

/** Options in which a test may differ. */
export interface TestControllerOptions {
  env?: Record<string, string>;
  timing?: Partial<GatewayTiming>;
  clock?: Clock;
  /** A closed controller whose database and files are used again, as after a restart. */
  successorOf?: Pick<TestController, 'database' | 'dataDir'>;
}

const running = new Set<TestController>();

/** Stops the controllers that a failed test left running, which would keep the run from ending. */
export async function disposeLeftovers(): Promise<void> {
  await Promise.all([...running].map((controller) => controller.dispose()));
}

/** The parts of a started controller. */
interface Belongings {
  database: TestDatabase;
  dataDir: string;
  settings: Settings;
}

/**
 * A whole controller with its own database, used by real HTTP and real sockets. It runs in this process or, when the
 * run tests an artefact, in a process of the artefact. Specs get theirs from `useController`.
 */
export class TestController {
  log = new LogCapture();
  orchestrators: TestOrchestrator[] = [];
  /** The REST API, with the token of every test. */
  readonly api = this.apiWith(TOKEN);

  private belongings: Belongings | undefined;
  private app: NestFastifyApplication | undefined;
  private artefact: ArtefactHost | undefined;
  private userCount = 0;

  static async start(options: TestControllerOptions = {}): Promise<TestController> {
    const controller = new TestController();
    await controller.open(options);
    return controller;
  }

  /** Starts a controller with its own log. */
  async open(options: TestControllerOptions = {}): Promise<void> {
    const { successorOf: previous } = options;
    const dataDir = previous?.dataDir ?? mkdtempSync(join(tmpdir(), 'moolai-test-'));
    const env = {
      CONTROLLER_DATA_DIR: dataDir,
      DEV_BEARER_TOKEN: TOKEN,
      SUPERADMIN_EMAIL: 'admin@example.com',
      SUPERADMIN_PASSWORD: 'a password of tests',
      ...options.env,
    };
    const database = previous?.database ?? (await TestDatabase.create());
    this.belongings = { database, dataDir, settings: loadSettings(env) };
    this.log = new LogCapture();
    this.orchestrators = [];
    if (!previous) this.userCount = 0;
    running.add(this);
    const artefact = presentArtefact();
    if (artefact) await this.run(artefact, env, options);
    else await this.boot(options);
  }

  /** Starts it again after `close`, with the same database and files. */
  reopen(options: Omit<TestControllerOptions, 'successorOf'> = {}): Promise<void> {
    return this.open({ ...options, successorOf: this });
  }

  async restart(options: Omit<TestControllerOptions, 'successorOf'> = {}): Promise<void> {
    await this.close();
    await this.reopen(options);
  }

  private async boot({ timing, clock }: TestControllerOptions): Promise<void> {
    const { settings } = this;
    const { connection } = this.database;
    const logger = createLogger({ logLevel: 'debug', logFormat: 'json' }, this.log);
    const dataSource = await connectDatabase(connection, logger);
    const parts = { settings, logger, connection, dataSource };
    const builder = Test.createTestingModule({ imports: [AppModule.from(parts)] })
      .overrideProvider(GATEWAY_TIMING)
      .useValue({ ...DEFAULT_TIMING, drainTimeoutMs: 500, ...timing });
    if (clock) builder.overrideProvider(Clock).useValue(clock);
    const module = await builder.compile();
    const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(settings), {
      abortOnError: false,
    });
    this.app = app;
    await configureApp(app, parts);
    await app.listen(0, '127.0.0.1');
  }

  private async run(
    artefact: Artefact,
    env: Record<string, string>,
    { timing, clock }: TestControllerOptions,
  ): Promise<void> {
    if (timing ?? clock) throw new Error('an artefact has its own clock and timing');
    this.artefact = await ArtefactHost.start(artefact, this.database.connection, env, this.log);
  }

  private get own(): Belongings {
    if (!this.belongings) throw new Error('it has not started');
    return this.belongings;
  }

  get database(): TestDatabase {
    return this.own.database;
  }

  get dataDir(): string {
    return this.own.dataDir;
  }

  get settings(): Settings {
    return this.own.settings;
  }

  private get port(): number {
    return this.artefact?.port ?? (this.nest.getHttpServer().address() as { port: number }).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The Nest application, for tests of state that is not visible from outside. */
  get nest(): NestFastifyApplication {
    if (!this.app) throw new Error('it does not run in this process');
    return this.app;
  }

  /** A request without credentials. */
  get anonymous(): ReturnType<typeof request> {
    return request(this.url);
  }

  /** The REST API with another token. */
  apiWith(token = TOKEN): ApiClient {
    return apiClient(() => this.url, token);
  }

  /** Sends a request with credentials; returns the response with any status. */
  request(method: Method, path: string, token = TOKEN): request.Test {
    return this.anonymous[method](`/api/v1${path}`).auth(token, { type: 'bearer' });
  }

  /** Signs in; throws on a refusal. */
  async signIn(email: string, password: string): Promise<SignedInSession> {
    const response = await this.anonymous
      .post('/api/v1/internal/auth/login')
      .send({ email, password })
      .expect(200);
    return (response.body as { data: SignedInSession }).data;
  }

  /** Creates an organization unless it exists. */
  async organization(id: string): Promise<void> {
    const { status } = await this.api.createOrganization({ organization_id: id, name: id }).answer();
    expect([201, 409]).toContain(status);
  }

  /** Creates a user with this role in the organization, and signs in. */
  async user(role: Role, ...organizationIds: string[]): Promise<SignedInSession & { password: string }> {
    const email = `${role}-${(this.userCount += 1)}@example.com`;
    const password = `the password of ${email}`;
    const organizations = role === 'superadmin' ? {} : { organization_ids: organizationIds };
    for (const id of organizationIds) await this.organization(id);
    await this.api.createUser({ email, password, role, ...organizations });
    return { ...(await this.signIn(email, password)), password };
  }

  /** GET with credentials; expects 200 and returns `data`. */
  async get<T>(path: string, token = TOKEN): Promise<T> {
    const response = await this.request('get', path, token).expect(200);
    return (response.body as { data: T }).data;
  }

  /** Opens a socket to `/ws` that has sent nothing yet. */
  async connect(options: ClientOptions = {}): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${this.port}/ws`, options);
    this.orchestrators.push(orchestrator);
    return orchestrator;
  }

  /** Connects and registers an orchestrator. */
  async orchestrator(id: string, more: Record<string, unknown> = {}): Promise<TestOrchestrator> {
    const orchestrator = await this.connect();
    await orchestrator.register(id, more);
    await orchestrator.next('provisioning');
    return orchestrator;
  }

  /** Switches independence; throws on a refusal. */
  async switchIndependence(id: string, isIndependent: boolean): Promise<void> {
    await this.api.switchIndependence(id, { is_independent: isIndependent });
  }

  /** Stops the application as a clean shutdown does; database and files stay. */
  async close(): Promise<void> {
    running.delete(this);
    await this.artefact?.close();
    await this.app?.close();
  }

  /** Stops the application and removes its database and files. */
  async dispose(): Promise<void> {
    await this.close();
    await this.belongings?.database.drop();
    if (this.belongings) rmSync(this.belongings.dataDir, { recursive: true, force: true });
  }
}
