import { connect } from 'node:net';
import type { ErrorEnvelope } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import WebSocket from 'ws';
import { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const LOGIN = '/api/v1/internal/auth/login';
const EMAIL = 'admin@example.com';
const PASSWORD = 'a password of tests';

type Headers = Record<string, string>;

function portOf(controller: TestController): number {
  return Number(new URL(controller.url).port);
}

/** A sign-in from the console; returns the status and the answer's detail. */
async function signIn(controller: TestController, headers: Headers, password = PASSWORD) {
  const response = await controller.anonymous
    .post(LOGIN)
    .set(headers)
    .send({ email: EMAIL, password, use_cookie: true });
  const { detail = '' } = response.body as Partial<ErrorEnvelope>;
  return { status: response.status, detail };
}

/** An upgrade from the console; returns the status and the detail of a refusal. */
async function upgrade(controller: TestController, headers: Headers) {
  const socket = new WebSocket(`${controller.url.replace('http', 'ws')}/ws`, { headers });
  return new Promise<{ status: number; detail: string }>((resolve, reject) => {
    socket.once('open', () => {
      socket.close();
      resolve({ status: 101, detail: '' });
    });
    socket.once('unexpected-response', (_, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, detail: (JSON.parse(text) as ErrorEnvelope).detail });
      });
    });
    socket.once('error', reject);
  });
}

describe("behind a proxy that forwards addresses with a port, as Azure's do", () => {
  const controller = useController({
    env: { TRUST_PROXY: '127.0.0.1,10.0.0.0/8', LOGIN_MAX_FAILURES: '1' },
  });

  it.each([
    ['IPv4', '198.51.100.7:50001', '198.51.100.8:50002'],
    ['IPv6', '[2001:db8:1::7]:50001', '[2001:db8:2::7]:50001'],
    ['more proxies', '203.0.113.5:1, 10.0.0.9:2', '203.0.113.6:1, 10.0.0.9:2'],
  ])('a client locks out only itself: %s', async (_, guesser, other) => {
    for (let port = 0; port < 6; port += 1) {
      await signIn(controller, { 'x-forwarded-for': guesser.replace('5000', `6${port}00`) }, 'wrong');
    }
    await expect(signIn(controller, { 'x-forwarded-for': guesser })).resolves.toMatchObject({ status: 429 });
    await expect(signIn(controller, { 'x-forwarded-for': other })).resolves.toMatchObject({ status: 200 });
  });

  it('records addresses without the port, of users and of orchestrators', async () => {
    await controller.api.createOrganization(
      { organization_id: 'org-seen', name: 'Seen' },
      { 'x-forwarded-for': '192.0.2.77:50001' },
    );
    const { items } = await controller.api.listAuditEntries({ target_id: 'org-seen' });
    expect(items.map(({ address }) => address)).toEqual(['192.0.2.77']);
    const orchestrator = await controller.connect({ headers: { 'x-forwarded-for': '[2001:db8::5]:443' } });
    await orchestrator.register('seen-1', { organization_id: 'org-seen' });
    const live = await controller.api.listConnectedOrchestrators();
    expect(live.items.map(({ remote_address }) => remote_address)).toEqual(['2001:db8::5']);
    expect(controller.log.records().map(({ address }) => address)).toContain('192.0.2.77');
  });
});

describe("a proxy that hides the browser's request", () => {
  const controller = useController();
  const trusting = useController({ env: { TRUST_PROXY: '127.0.0.1' } });

  const secure = { origin: 'https://c.example', host: 'c.example' };
  const otherPort = { origin: 'https://c.example:8443', host: 'c.example', 'x-forwarded-proto': 'https' };

  it.each<[string, () => TestController, Headers, string[]]>([
    [
      'TLS in front, and no TRUST_PROXY',
      () => controller,
      { ...secure, 'x-forwarded-proto': 'https' },
      ['https://c.example', 'http://c.example', 'TRUST_PROXY must name'],
    ],
    [
      'TLS in front, and no X-Forwarded-Proto',
      () => trusting,
      secure,
      ['https://c.example', 'http://c.example', 'must send "X-Forwarded-Proto: https"'],
    ],
    [
      'a Host without its port',
      () => trusting,
      otherPort,
      [
        'https://c.example:8443',
        'for https://c.example.',
        '$http_host',
        'PUBLIC_URL must be https://c.example:8443',
      ],
    ],
    [
      'a Host of its own',
      () => trusting,
      { origin: 'https://c.example', host: 'controller:8765' },
      ['https://c.example', 'http://controller:8765', "pass the browser's Host on", 'PUBLIC_URL'],
    ],
  ])('is reported at the sign-in and in the log: %s', async (_, where, headers, words) => {
    const { status, detail } = await signIn(where(), headers);
    expect(status).toBe(403);
    for (const word of words) expect(detail).toContain(word);
    const record = where()
      .log.records()
      .find(({ msg }) => String(msg).includes(detail));
    expect(record).toMatchObject({ origin: headers['origin'], host: headers['host'], peer: '127.0.0.1' });
  });

  it.each<[string, () => TestController, Headers, string[]]>([
    [
      'a Host without its port',
      () => trusting,
      otherPort,
      ['https://c.example:8443', 'for https://c.example.', 'PUBLIC_URL must be https://c.example:8443'],
    ],
    [
      'a Host of its own',
      () => controller,
      { origin: 'https://c.example', host: 'controller:8765' },
      ['https://c.example', 'http://controller:8765', "pass the browser's Host on"],
    ],
  ])('is reported at the WebSocket and in the log: %s', async (_, where, headers, words) => {
    const { status, detail } = await upgrade(where(), headers);
    expect(status).toBe(403);
    for (const word of words) expect(detail).toContain(word);
    expect(where().log.text()).toContain(JSON.stringify(detail).slice(1, -1));
  });

  it('works if it forwards everything', async () => {
    const headers = { ...otherPort, host: 'controller:8765', 'x-forwarded-host': 'c.example:8443' };
    await expect(signIn(trusting, headers)).resolves.toMatchObject({ status: 200 });
    await expect(upgrade(trusting, headers)).resolves.toMatchObject({ status: 101 });
    const explicit = { origin: 'https://c.example', host: 'c.example:443', 'x-forwarded-proto': 'https' };
    await expect(signIn(trusting, explicit)).resolves.toMatchObject({ status: 200 });
  });

  it('needs no Host if PUBLIC_URL is set', async () => {
    const named = await TestController.start({ env: { PUBLIC_URL: 'https://c.example:8443/console' } });
    const headers = { origin: 'https://c.example:8443', host: 'controller:8765' };
    await expect(signIn(named, headers)).resolves.toMatchObject({ status: 200 });
    await expect(upgrade(named, headers)).resolves.toMatchObject({ status: 101 });
    await expect(signIn(named, { ...headers, origin: 'https://c.example' })).resolves.toMatchObject({
      status: 403,
    });
    await named.dispose();
  });

  it('does not flood the log: each report is logged once a minute', async () => {
    const headers = { origin: 'https://again.example', host: 'c.example' };
    for (let n = 0; n < 5; n += 1) await signIn(controller, headers);
    const told = controller.log.messages().filter((message) => message.includes('https://again.example'));
    expect(told).toHaveLength(1);
  });
});

describe('connections that a load balancer keeps open', () => {
  /** The controller's output on a connection, and whether it has closed it. */
  function talk(
    controller: TestController,
    text: string,
  ): { received: () => string; hasEnded: () => boolean } {
    let [received, hasEnded] = ['', false];
    const socket = connect(portOf(controller), '127.0.0.1');
    socket.on('data', (data) => (received += data.toString()));
    socket.on('end', () => (hasEnded = true));
    socket.write(text);
    return { received: () => received, hasEnded: () => hasEnded };
  }

  const GET = 'GET /health/live HTTP/1.1\r\nHost: controller\r\n\r\n';

  it('stay open longer than load balancers keep them, and as long as configured', async () => {
    const controller = await TestController.start();
    const kept = talk(controller, GET);
    await waitUntil('the answer comes', () => kept.received().includes('\r\n\r\n'));
    expect(kept.received()).toMatch(/^keep-alive: timeout=125\r$/im);
    await controller.dispose();

    const hasty = await TestController.start({ env: { HTTP_KEEP_ALIVE_SEC: '1' } });
    const ended = talk(hasty, GET);
    await waitUntil('it is ended', ended.hasEnded);
    expect(ended.received()).toMatch(/^keep-alive: timeout=1\r$/im);
    await hasty.dispose();
  });

  it.each([
    ['an invalid request', 'HELLO\r\n\r\n', 400],
    [
      'header fields that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('get an error envelope for %s', async (_, text, status) => {
    const controller = await TestController.start();
    const refused = talk(controller, text);
    await waitUntil('the answer comes, and the end', refused.hasEnded);
    const [head = '', body = ''] = refused.received().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body)).toMatchObject({ success: false, error: 'validation_error' });
    await controller.dispose();
  });
});
