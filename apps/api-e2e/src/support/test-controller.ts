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
import { LogCapture, TestDatabase, TestOrchestrator } from '@moolai/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import type { ClientOptions } from 'ws';
import { ArtefactHost, presentArtefact, type Artefact } from './artefact-host.js';

/** The bearer token of every test. */
export const TOKEN = 'test-token-of-the-e2e-suite';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A session whose refresh token is in the answer. */
export type SignedInSession = Session & { refresh_token: string };

/** What a test may want different. */
export interface TestControllerOptions {
  env?: Record<string, string>;
  timing?: Partial<GatewayTiming>;
  clock?: Clock;
  /** Keeps database and files of another controller that was closed: a restart. */
  successorOf?: Pick<TestController, 'database' | 'dataDir'>;
}

const running = new Set<TestController>();

/** Ends what a failed test left running, so that it fails instead of keeping the whole run alive. */
export async function disposeLeftovers(): Promise<void> {
  await Promise.all([...running].map((controller) => controller.dispose()));
}

/** What belongs to a controller that was started. */
interface Belongings {
  database: TestDatabase;
  dataDir: string;
  settings: Settings;
}

/**
 * A whole controller with a database of its own, by real HTTP and real sockets: in this process, or, when a
 * run is about an artefact, in one of that. Specs get theirs from `useController`.
 */
export class TestController {
  log = new LogCapture();
  orchestrators: TestOrchestrator[] = [];

  private belongings: Belongings | undefined;
  private app: NestFastifyApplication | undefined;
  private artefact: ArtefactHost | undefined;
  private userCount = 0;

  static async start(options: TestControllerOptions = {}): Promise<TestController> {
    const controller = new TestController();
    await controller.open(options);
    return controller;
  }

  /** Starts it, with a log of its own. */
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

  /** Starts it again, after `close`, on the same database and files. */
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

  /** The application, for what cannot be seen from outside. */
  get nest(): NestFastifyApplication {
    if (!this.app) throw new Error('it does not run in this process');
    return this.app;
  }

  /** A request without credentials. */
  get anonymous(): ReturnType<typeof request> {
    return request(this.url);
  }

  /** A request with credentials; gives the answer, whatever it is. */
  request(method: Method, path: string, token = TOKEN): request.Test {
    return this.anonymous[method](`/api/v1${path}`).auth(token, { type: 'bearer' });
  }

  /** Signs in and fails the test when that fails. */
  async signIn(email: string, password: string): Promise<SignedInSession> {
    const response = await this.anonymous
      .post('/api/v1/internal/auth/login')
      .send({ email, password })
      .expect(200);
    return (response.body as { data: SignedInSession }).data;
  }

  /** Makes an organization where there is none. */
  async organization(id: string): Promise<void> {
    const response = await this.request('post', '/internal/organizations').send({
      organization_id: id,
      name: id,
    });
    expect([201, 409]).toContain(response.status);
  }

  /** A new user with this role there, signed in. */
  async user(role: Role, ...organizationIds: string[]): Promise<SignedInSession & { password: string }> {
    const email = `${role}-${(this.userCount += 1)}@example.com`;
    const password = `the password of ${email}`;
    const organizations = role === 'superadmin' ? {} : { organization_ids: organizationIds };
    for (const id of organizationIds) await this.organization(id);
    await this.request('post', '/internal/users')
      .send({ email, password, role, ...organizations })
      .expect(201);
    return { ...(await this.signIn(email, password)), password };
  }

  /** GET with credentials, 200 expected; gives `data`. */
  async get<T>(path: string, token = TOKEN): Promise<T> {
    const response = await this.request('get', path, token).expect(200);
    return (response.body as { data: T }).data;
  }

  /** PUT with credentials; gives the answer, whatever it is. */
  put(path: string, body: object): request.Test {
    return this.request('put', path).send(body);
  }

  /** A socket to `/ws` that has sent nothing yet. */
  async connect(options: ClientOptions = {}): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${this.port}/ws`, options);
    this.orchestrators.push(orchestrator);
    return orchestrator;
  }

  /** A registered orchestrator. */
  async orchestrator(id: string, more: Record<string, unknown> = {}): Promise<TestOrchestrator> {
    const orchestrator = await this.connect();
    await orchestrator.register(id, more);
    await orchestrator.next('provisioning');
    return orchestrator;
  }

  /** Switches independence and fails the test when that fails. */
  async switchIndependence(id: string, isIndependent: boolean): Promise<void> {
    await this.put(`/internal/orchestrators/${id}/independence`, { is_independent: isIndependent }).expect(
      200,
    );
  }

  /** Ends the application as a clean shutdown does; database and files stay. */
  async close(): Promise<void> {
    running.delete(this);
    await this.artefact?.close();
    await this.app?.close();
  }

  /** Ends the application and removes everything of it. */
  async dispose(): Promise<void> {
    await this.close();
    await this.belongings?.database.drop();
    if (this.belongings) rmSync(this.belongings.dataDir, { recursive: true, force: true });
  }
}
