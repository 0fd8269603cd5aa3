import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { ErrorEnvelope } from '@moolai/contracts';
import {
  ControllerProcess,
  EventReader,
  freePort,
  newDataDir,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { CommonProxy, type ProxyName } from './common-proxy.js';
import { describeWith, hasPackages } from './debian.js';

/** An address of this machine other than the proxy's own. */
const CLIENT = '127.0.0.2';
const TOKEN = 'fake-dev-token';
const EMAIL = 'a@b.example';
const PASSWORD = 'a password of tests';
const LIMIT = 1024 * 1024;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Partial<ErrorEnvelope> & { data?: unknown };
}

const PROXIES = { nginx: 'nginx', haproxy: 'haproxy', caddy: 'caddy', apache: 'apache2-bin' } as const;
const anyPackage = Object.values(PROXIES).some((name) => hasPackages(name));

const dataDir = newDataDir();
let controller: ControllerProcess;

beforeAll(async () => {
  if (!anyPackage) return;
  const env = {
    DEMO_FLEET: '0',
    TRUST_PROXY: '127.0.0.1',
    SUPERADMIN_EMAIL: EMAIL,
    SUPERADMIN_PASSWORD: PASSWORD,
  };
  controller = new ControllerProcess(await freePort(), dataDir, env);
  await controller.untilHealthy();
});

afterAll(async () => {
  if (!anyPackage) return;
  await controller.stop();
});

describe.each(Object.keys(PROXIES) as ProxyName[])('the controller behind %s', (name) => {
  describeWith(PROXIES[name])('as the documentation sets it up', () => {
    let proxy: CommonProxy;
    let page: string;

    beforeAll(async () => {
      proxy = await CommonProxy.start(name, controller.port);
      // The port is part of the origin, so that a Host without it would be noticed.
      page = `http://127.0.0.1:${proxy.port}`;
    });

    afterAll(() => proxy.stop());

    const auth = { authorization: `Bearer ${TOKEN}` };

    async function call(method: string, path: string, headers: object, body?: string): Promise<Answer> {
      const message = await new Promise<IncomingMessage>((resolve, reject) => {
        const options = { method, headers: { ...headers }, localAddress: CLIENT };
        request(`${page}/api/v1${path}`, options, resolve).once('error', reject).end(body);
      });
      let text = '';
      for await (const chunk of message.setEncoding('utf8')) text += String(chunk);
      const { statusCode: status = 0, headers: received } = message;
      return { status, headers: received, body: JSON.parse(text) as Answer['body'] };
    }

    it('lets a user sign in from the page, with the real client address', async () => {
      const headers = { 'content-type': 'application/json', origin: page };
      const credentials = { email: EMAIL, password: PASSWORD, use_cookie: true };
      const { status, headers: received } = await call(
        'POST',
        '/internal/auth/login',
        headers,
        JSON.stringify(credentials),
      );
      expect(status).toBe(200);
      expect(String(received['set-cookie'])).toContain('moolai_refresh=');
      const { items } = await controller.api.listAuditEntries({
        action: 'session.started',
        sort: '-position',
        page_size: 1,
      });
      expect(items.map(({ address }) => address)).toEqual([CLIENT]);
    });

    it('opens a WebSocket for a page and for an orchestrator, and passes events on', async () => {
      const events = await EventReader.open(`${page}/api/v1/controller/events`, auth);
      const orchestrator = await TestOrchestrator.connect(`${page.replace('http', 'ws')}/ws`, {
        localAddress: CLIENT,
        origin: page,
      });
      await orchestrator.register(`behind-${name}`);
      await events.next('orchestrator.status');
      events.close();
      const live = await controller.api.listConnectedOrchestrators();
      const seen = live.items.find(({ orchestrator_id: id }) => id === `behind-${name}`);
      expect(seen?.remote_address).toBe(CLIENT);
      await orchestrator.close();
    });

    it('accepts a DELETE with a content type and no body', async () => {
      const headers = { ...auth, 'content-type': 'application/json' };
      const { status, body } = await call('DELETE', '/internal/api-tokens/1', headers);
      expect([status, body.error]).toEqual([400, 'validation_error']);
      expect(body.detail).not.toMatch(/body/i);
    });

    it("returns the controller's 413 for a body over the limit, even if it is written to the end", async () => {
      const body = Buffer.alloc(8 * LIMIT, ' ');
      for (let n = 0; n < 5; n += 1) {
        let received = '';
        const socket = connect(proxy.port, '127.0.0.1').on(
          'error',
          (error) => (received += `${error.message}\r\n\r\n`),
        );
        socket.write(
          `POST /api/v1/internal/organizations HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\n` +
            `Authorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
        );
        socket.write(body);
        socket.on('data', (data) => (received += data.toString()));
        await waitUntil('it is answered', () => /\r\n\r\n.*[\]}>\n]$/s.test(received));
        socket.destroy();
        expect(received.split('\r\n')[0]).toMatch(/^HTTP\/1.1 413 /);
        expect(received).toContain('"error":"payload_too_large"');
      }
    });
  });
});
