import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { databaseEnv } from '../support/command.js';
import { TestController, TOKEN } from '../support/test-controller.js';
import { TraceCollector } from '../support/trace-collector.js';

const run = promisify(execFile);
const CALLER_SPAN = 'b7ad6b7169203331';
/** The parent of a trace's first span. */
const NO_CALLER = '';

describe('a trace', () => {
  let collector: TraceCollector;
  let database: TestDatabase;
  let dataDir: string;
  let controller: ControllerProcess;
  let provider: TracerProvider;
  let traces = 0;

  beforeAll(async () => {
    collector = await TraceCollector.start();
    // The orchestrator's process has an SDK too: this one.
    provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'an-orchestrator' }),
      spanProcessors: [
        new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }) }),
      ],
    });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(provider);
    database = await TestDatabase.create();
    dataDir = newDataDir();
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(database.connection),
      DEV_BEARER_TOKEN: TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRACE_BUFFER_MB: '1',
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await provider.shutdown();
    trace.disable();
    context.disable();
    await collector.stop();
    await database.drop();
  });

  /** The id of a new trace, and the `traceparent` of its caller. */
  function newTrace(flags = '01'): { id: string; traceparent: string } {
    const id = `0af7651916cd43dd8448eb211c8${String((traces += 1)).padStart(5, '0')}`;
    return { id, traceparent: `00-${id}-${CALLER_SPAN}-${flags}` };
  }

  async function call(method: string, path: string, body: object, traceparent?: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify(body),
    });
    return response.status;
  }

  function send(id: string, traceparent?: string): Promise<number> {
    const body = { message_type: 'note', message_content: { text: 'a secret of the customer' } };
    return call('POST', `/internal/orchestrators/${id}/messages`, body, traceparent);
  }

  /** The ancestors of the span with this name, once all were collected. */
  function path(traceId: string, name: string, origin = CALLER_SPAN): Promise<string[]> {
    return waitUntil(`the trace is collected up to "${name}"`, () =>
      collector.pathTo(collector.find(traceId, name), origin),
    );
  }

  async function orchestrator(id: string, handle: () => Promise<void> | void): Promise<OrchestratorClient> {
    const client = new OrchestratorClient({
      url: `ws://127.0.0.1:${controller.port}/ws`,
      orchestratorId: id,
      onMessage: handle,
    });
    client.start();
    await waitUntil('it is connected', () => client.isConnected);
    return client;
  }

  const MESSAGE_PATH = [
    'moolai-controller: POST /api/v1/internal/orchestrators/:id/messages',
    'moolai-controller: store message',
    'moolai-controller: deliver message',
    'an-orchestrator: handle message',
    'moolai-controller: store acknowledgement',
  ];

  it('leads from the caller over the request, the stored message and its delivery to the acknowledgement', async () => {
    const client = await orchestrator('trace-1', () =>
      // Spans of the orchestrator belong to it.
      trace.getTracer('engine').startActiveSpan('engine work', (span) => span.end()),
    );
    const { id, traceparent } = newTrace();
    expect(await send('trace-1', traceparent)).toBe(201);
    expect(await path(id, 'store acknowledgement')).toEqual(MESSAGE_PATH);
    expect(await path(id, 'engine work')).toEqual([
      ...MESSAGE_PATH.slice(0, 4),
      'an-orchestrator: engine work',
    ]);
    const request = collector.find(id, 'POST /api/v1/internal/orchestrators/:id/messages');
    expect(request?.attributes).toMatchObject({
      'http.response.status_code': 201,
      'moolai.request_id': expect.any(String) as string,
    });
    expect(collector.find(id, 'store acknowledgement')?.attributes).toMatchObject({
      'moolai.message_status': 'delivered',
    });
    expect(JSON.stringify(collector.spans)).not.toContain('secret of the customer');
    await client.stop();
  });

  it('is stored with a waiting message, and shows why it failed', async () => {
    const first = await orchestrator('trace-2', () => undefined);
    await first.stop();
    const { id, traceparent } = newTrace();
    expect(await send('trace-2', traceparent)).toBe(201);
    const client = await orchestrator('trace-2', () => Promise.reject(new Error('no such model')));
    expect(await path(id, 'store acknowledgement')).toEqual(MESSAGE_PATH);
    const bad = collector.spans.filter((span) => span.traceId === id && span.isError);
    expect(bad.map(({ name }) => name).sort()).toEqual(['handle message', 'store acknowledgement']);
    await client.stop();
  });

  it('starts with the request of a caller without one, and is not recorded if the caller says so', async () => {
    const client = await orchestrator('trace-3', () => undefined);
    const { id, traceparent } = newTrace('00');
    expect(await send('trace-3', traceparent)).toBe(201);
    expect(await send('trace-3')).toBe(201);
    const last = await waitUntil('the second one is collected', () =>
      collector.spans.find(
        ({ name, attributes }) =>
          name === 'store acknowledgement' && attributes['moolai.orchestrator_id'] === 'trace-3',
      ),
    );
    expect(last.traceId).not.toBe(id);
    expect(await path(last.traceId, 'store acknowledgement', NO_CALLER)).toEqual(MESSAGE_PATH);
    expect(collector.spans.filter((span) => span.traceId === id)).toEqual([]);
    await client.stop();
  });

  it('ends with the delivery for an orchestrator that ignores it, and joins no other trace', async () => {
    const plain = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await plain.register('trace-4', { capabilities: ['message_ack'] });
    const other = newTrace();
    for (const more of [{}, { traceparent: other.traceparent }, { traceparent: 'nonsense' }]) {
      const { id, traceparent } = newTrace();
      expect(await send('trace-4', traceparent)).toBe(201);
      const message = await plain.next('message');
      expect(message.traceparent).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-01$`));
      plain.send({ type: 'message_ack', message_id: message.message_id, status: 'delivered', ...more });
      const end = await waitUntil('the acknowledgement is collected', () =>
        collector.find(id, 'store acknowledgement'),
      );
      const stored = collector.find(id, 'store message');
      expect(end.parentSpanId).toBe(stored?.spanId);
    }
    expect(collector.spans.filter((span) => span.traceId === other.id)).toEqual([]);
    await plain.close();
  });

  it("leads from a configuration change to the orchestrator's acknowledgement", async () => {
    const client = await orchestrator('trace-5', () => undefined);
    const { id, traceparent } = newTrace();
    const body = { session_config: { a: 1 } };
    expect(await call('PUT', '/internal/orchestrators/trace-5/config', body, traceparent)).toBe(200);
    expect(await path(id, 'note configuration')).toEqual([
      'moolai-controller: PUT /api/v1/internal/orchestrators/:id/config',
      'moolai-controller: push configuration',
      'an-orchestrator: apply configuration',
      'moolai-controller: note configuration',
    ]);
    await client.stop();
  });

  it('is limited in bytes while the collector does not answer, and losses are counted', async () => {
    async function spans(): Promise<{ bytes: number; refusals: number }> {
      const text = await (await fetch(`http://127.0.0.1:${controller.port}/metrics`)).text();
      const read = (figure: string): number =>
        Number(new RegExp(`^moolai_buffer_${figure}\\{buffer="traces"\\} (\\d+)$`, 'm').exec(text)?.[1]);
      return { bytes: read('bytes'), refusals: read('refusals_total') };
    }
    collector.hold();
    const full = await waitUntil(
      'there is no more room',
      async () => {
        await Promise.all(Array.from({ length: 100 }, () => controller.fetch('/api/v1/controller/health')));
        const now = await spans();
        return now.refusals > 0 && now;
      },
      60_000,
    );
    expect(full.bytes).toBeLessThanOrEqual(1024 * 1024);
    collector.release();
    await waitUntil('all is collected', async () => (await spans()).bytes === 0, 60_000);
  }, 90_000);

  it('contains no heartbeats and probes', async () => {
    const plain = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await plain.register('trace-6');
    plain.send({ type: 'i_am_alive', orchestrator_id: 'trace-6' });
    await controller.fetch('/health/ready');
    await controller.fetch('/metrics');
    const { id, traceparent } = newTrace();
    expect(await send('trace-6', traceparent)).toBe(201);
    await path(id, 'store message');
    const names = collector.spans.map(({ name }) => name).join('\n');
    expect(names).not.toMatch(/alive|heartbeat|health\/|metrics/);
    await plain.close();
  });
});

describe('a controller without a collector', () => {
  /** Whether Node loads the SDK for a file of the build. */
  async function loadsSdk(file: string): Promise<boolean> {
    const hook = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, at, next) {
        const found = next(name, at);
        if (/opentelemetry.(sdk|exporter|otlp)/.test(found.url)) console.log('loaded');
        return found;
      } });`;
    const target = new URL(`../../../api/dist/${file}`, import.meta.url).href;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, '--input-type=module'];
    const { stdout } = await run(process.execPath, [...args, '-e', `await import('${target}')`]);
    return stdout.includes('loaded');
  }

  it('loads none of the export code', async () => {
    await expect(loadsSdk('platform/tracing/trace-exporter.js')).resolves.toBe(true);
    await expect(loadsSdk('controller-process.js')).resolves.toBe(false);
  });

  it('adds no trace to frames and rows, whatever the caller sends', async () => {
    const controller = await TestController.start();
    const orchestrator = await controller.orchestrator('untraced');
    await controller.api.sendMessage(
      'untraced',
      { message_type: 'note', message_content: {} },
      { traceparent: `00-0af7651916cd43dd8448eb211c80319c-${CALLER_SPAN}-01` },
    );
    expect(await orchestrator.next('message')).not.toHaveProperty('traceparent');
    await expect(
      controller.database.query('SELECT 1 FROM orchestrator_messages WHERE traceparent IS NOT NULL'),
    ).resolves.toEqual([]);
    await controller.api.changeOrchestratorConfig('untraced', { session_config: { a: 1 } });
    expect(await orchestrator.next('config_update')).not.toHaveProperty('traceparent');
    await controller.dispose();
  });
});
