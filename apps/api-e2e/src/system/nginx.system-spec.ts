import { readdirSync, readFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ControllerProcess,
  EventReader,
  freePort,
  newDataDir,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { describeWith, hasPackages } from './debian.js';
import { ShippedNginx } from './shipped-nginx.js';
import { SilentServer } from './silent-server.js';

const CONSOLE = new URL('../../../admin/dist/browser', import.meta.url).pathname;
const TOKEN = 'fake-dev-token';
/** An address of this machine other than nginx's own. */
const CLIENT = '127.0.0.2';
/** The API's limit for a body. */
const LIMIT = 1024 * 1024;
/** Longer than nginx's default timeout of a minute. */
const SILENCE_MS = 62_000;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let silent: { server: SilentServer; nginx: ShippedNginx };
/** Started first, and checked at the end. */
let silence: {
  orchestrator: TestOrchestrator;
  events: EventReader;
  unanswered: Promise<Response>;
  isOver: Promise<void>;
};

function eventsUrl(): string {
  return `http://127.0.0.1:${silent.nginx.port}/api/v1/controller/events`;
}

beforeAll(async () => {
  if (!hasPackages('nginx')) return;
  const server = await SilentServer.start();
  silent = { server, nginx: await ShippedNginx.start({ upstreamPort: server.port }) };
  const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${silent.nginx.port}/ws`);
  const events = await EventReader.open(eventsUrl(), {});
  await events.next('ready');
  const unanswered = fetch(`http://127.0.0.1:${silent.nginx.port}/api/v1/silent`);
  unanswered.catch(() => undefined);
  // The test is about the silence itself.
  silence = { orchestrator, events, unanswered, isOver: delay(SILENCE_MS, undefined, { ref: false }) };
});

afterAll(async () => {
  if (!hasPackages('nginx')) return;
  silence.events.close();
  silence.orchestrator.crash();
  await silent.nginx.stop();
  await silent.server.stop();
});

describeWith('nginx')('the shipped nginx in front of the controller and the console', () => {
  const dataDir = newDataDir();
  let controller: ControllerProcess;
  let nginx: ShippedNginx;

  beforeAll(async () => {
    controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      TRUST_PROXY: '127.0.0.1',
    });
    nginx = await ShippedNginx.start({ upstreamPort: controller.port });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await nginx.stop();
  });

  /** One browser-like request from its own address, without decompression. */
  async function call(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string; port?: number } = {},
  ): Promise<Answer> {
    const { port = nginx.port, method = 'GET', headers = {}, body } = options;
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const target = { host: '127.0.0.1', port, path, method, headers, localAddress: CLIENT };
      request(target, resolve).once('error', reject).end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    return { status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(chunks) };
  }

  function hashed(pattern: RegExp): string {
    const name = readdirSync(CONSOLE).find((one) => pattern.test(one));
    if (name === undefined) throw new Error('the console was not built');
    return `/${name}`;
  }

  const auth = { authorization: `Bearer ${TOKEN}` };

  it("answers the console's paths with its page, which is not cached", async () => {
    const dotted = ['/orchestrators/gpu-7.fra.example.com', '/configuration/organizations/node.js'];
    for (const path of ['/', '/organizations', '/orchestrators/orch-001/config', ...dotted]) {
      const { status, headers, body } = await call(path);
      expect([path, status, headers['cache-control']]).toEqual([path, 200, 'no-cache']);
      expect(body.equals(readFileSync(join(CONSOLE, 'index.html')))).toBe(true);
    }
  });

  it('lets browsers cache files with a hash in their name forever, and compresses them', async () => {
    for (const [pattern, type] of [
      [/^main-.*\.js$/, 'javascript'],
      [/^styles-.*\.css$/, 'text/css'],
    ] as const) {
      const { status, headers } = await call(hashed(pattern), { headers: { 'accept-encoding': 'gzip' } });
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-encoding': 'gzip',
        vary: expect.stringContaining('Accept-Encoding') as string,
      });
      expect(headers['content-type']).toContain(type);
    }
    const icon = await call('/favicon.svg');
    expect(icon).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
    const again = await call('/favicon.svg', { headers: { 'if-none-match': icon.headers.etag ?? '' } });
    expect(again.status).toBe(304);
  });

  it.each(['/chunk-ABCDEFGH.js', '/missing.png', '/.env', '/metrics', '/health/ready', '/fonts/none.woff2'])(
    'reports %s as missing, without caching that',
    async (path) => {
      const { status, headers } = await call(path);
      expect([status, headers['cache-control']]).toEqual([404, undefined]);
    },
  );

  it('passes the API through unchanged, and the redirect to a sign-in provider', async () => {
    const { status, headers, body } = await call('/api/v1/controller/overview', { headers: auth });
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ success: true });
    expect(headers['x-request-id']).toBeDefined();
    const unknown = await call('/api/v1/nothing', { headers: auth });
    expect(unknown.status).toBe(404);
    expect(JSON.parse(unknown.body.toString())).toMatchObject({ error: 'not_found' });
    const provider = await call('/auth/oidc/login');
    expect(provider.headers['content-type']).toContain('application/json');
    const packed = await call('/api/docs-json', { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
  });

  it("gives the console the controller's security headers, and the API its own only once", async () => {
    const names = (headers: IncomingHttpHeaders): [string, unknown][] =>
      Object.entries(headers).filter(([name]) =>
        /^(content-security|cross-origin|origin-agent|referrer|strict-transport|x-content|x-frame)/.test(
          name,
        ),
      );
    const [direct, through] = [await call('/', { port: controller.port }), await call('/')];
    expect(names(direct.headers).length).toBeGreaterThan(5);
    expect(Object.fromEntries(names(through.headers))).toEqual(Object.fromEntries(names(direct.headers)));
    const path = '/api/v1/controller/health';
    const [api, apiThrough] = [await call(path, { port: controller.port }), await call(path)];
    expect(names(apiThrough.headers)).toEqual(names(api.headers));
    expect(through.headers.server).toBe('nginx');
  });

  it('accepts what the API accepts, and refuses larger bodies with the error envelope', async () => {
    const post = (bytes: number): Promise<Answer> => {
      const body = { organization_id: 'org-up', name: 'x', settings: { x: '' } };
      body.settings.x = 'y'.repeat(bytes - JSON.stringify(body).length);
      return call('/api/v1/internal/organizations', {
        method: 'POST',
        headers: { ...auth, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    };
    const fieldsOf = async (answer: Promise<Answer>): Promise<Record<string, unknown>> => {
      const { headers, body } = await answer;
      const fields = JSON.parse(body.toString()) as Record<string, unknown>;
      expect(headers['content-type']).toContain('application/json');
      expect(fields['request_id']).toBe(headers['x-request-id']);
      expect(new Date(String(fields['timestamp'])).getTime()).toBeGreaterThan(0);
      return fields;
    };
    const ofApi = await fieldsOf(call('/api/v1/nothing', { headers: auth }));
    for (const bytes of [LIMIT + 1, 3 * LIMIT]) {
      const refused = post(bytes);
      expect((await refused).status).toBe(413);
      const fields = await fieldsOf(refused);
      expect(Object.keys(fields).sort()).toEqual(Object.keys(ofApi).sort());
      expect(fields).toMatchObject({ success: false, error: 'payload_too_large' });
    }
    expect((await post(LIMIT)).status).not.toBe(413);
  });

  it('answers input that it cannot parse with the error envelope', async () => {
    const long = await call(`/api/v1/${'x'.repeat(40_000)}`, { headers: auth });
    const large = await call('/api/v1/x', { headers: { ...auth, 'x-large': 'x'.repeat(12_000) } });
    expect([long.status, large.status]).toEqual([414, 400]);
    for (const { headers, body } of [long, large]) {
      const fields = JSON.parse(body.toString()) as Record<string, unknown>;
      expect(fields).toMatchObject({ success: false, error: 'validation_error' });
      expect(fields['request_id']).toBe(headers['x-request-id']);
    }
  });

  it('passes on the real client address, whatever the client claims', async () => {
    const { status } = await call('/api/v1/internal/organizations', {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: JSON.stringify({ organization_id: 'org-real', name: 'Real' }),
    });
    expect(status).toBe(201);
    const { items } = await controller.api.listAuditEntries({ target_id: 'org-real' });
    expect(items.map(({ address }) => address)).toEqual([CLIENT]);
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${nginx.port}/ws`, {
      localAddress: CLIENT,
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    await orchestrator.register('real-1', { organization_id: 'org-real' });
    const live = await controller.api.listConnectedOrchestrators();
    expect(live.items.map(({ remote_address }) => remote_address)).toEqual([CLIENT]);
    await orchestrator.close();
  });

  it('passes events on immediately', async () => {
    const url = `http://127.0.0.1:${nginx.port}/api/v1/controller/events`;
    const reader = await EventReader.open(url, { ...auth, 'accept-encoding': 'gzip, br' });
    expect(reader.response.headers.get('content-encoding')).toBeNull();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${nginx.port}/ws`);
    await orchestrator.register('seen-1', { organization_id: 'org-real' });
    await reader.next('orchestrator.status');
    expect(reader.isOpen).toBe(true);
    reader.close();
    await orchestrator.close();
  });

  it('logs no errors of its own', () => {
    expect(
      nginx.errors.split('\n').filter((line) => !/too large body|buffered to a temporary file|^$/.test(line)),
    ).toEqual([]);
  });
});

describeWith('nginx')('the shipped nginx in front of a server that leaves everything to it', () => {
  it('passes small events on while the stream continues', async () => {
    const events = await EventReader.open(eventsUrl(), {});
    await events.next('ready');
    for (const name of ['first', 'second']) {
      silent.server.streams.at(-1)?.write(`event: ${name}\ndata: {}\n\n`);
      await events.next(name);
    }
    expect(events.isOpen).toBe(true);
    events.close();
  });

  it('buffers no more of a stream than its reader reads, so that the controller detects slow readers', async () => {
    const stalled = await new Promise<IncomingMessage>((resolve, reject) => {
      request(eventsUrl(), resolve).once('error', reject).end();
    });
    const stream = silent.server.streams.at(-1);
    if (!stream) throw new Error('there is no stream');
    const event = `event: large\ndata: "${'x'.repeat(1024 * 1024)}"\n\n`;
    for (let n = 0; n < 64; n += 1) stream.write(event);
    // Nothing reads; the sockets fill up, and then nothing more is accepted while nginx serves others.
    let [waiting, unchanged] = [Infinity, 0];
    await waitUntil(
      'nginx takes no more',
      async () => {
        await (await fetch(`http://127.0.0.1:${silent.nginx.port}/api/ping`)).text();
        const now = SilentServer.waiting(stream);
        unchanged = now === waiting ? unchanged + 1 : 0;
        waiting = now;
        return unchanged === 200;
      },
      60_000,
    );
    expect(waiting).toBeGreaterThan(8 * 1024 * 1024);
    stalled.destroy();
  });

  it('answers with the error envelope if the controller does not answer or is down', async () => {
    const alone = await ShippedNginx.start({ upstreamPort: await freePort() });
    const away = await fetch(`http://127.0.0.1:${alone.port}/api/v1/controller/health`);
    for (const [response, status] of [
      [away, 503],
      [await silence.unanswered, 504],
    ] as const) {
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('retry-after')).toBe('5');
      const fields = (await response.json()) as Record<string, unknown>;
      expect(Object.keys(fields).sort()).toEqual(['detail', 'error', 'request_id', 'success', 'timestamp']);
      expect(fields).toMatchObject({ success: false, error: 'unavailable' });
      expect(fields['request_id']).toBe(response.headers.get('x-request-id'));
    }
    await alone.stop();
  });

  it('keeps a WebSocket and an event stream open through more than a minute of silence', async () => {
    await silence.isOver;
    expect([silence.orchestrator.isOpen, silence.events.isOpen]).toEqual([true, true]);
    silence.orchestrator.send('{"type":"echo"}');
    await waitUntil('the answer comes', () => silence.orchestrator.inbox.length === 1);
    silent.server.streams[0]?.write('event: late\ndata: {}\n\n');
    await silence.events.next('late');
  });
});
