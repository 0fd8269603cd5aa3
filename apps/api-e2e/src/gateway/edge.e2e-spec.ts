import { waitUntil } from '@moolai/testing';
import { WebSocket } from 'ws';
import { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

type Headers = Record<string, string>;

/** The status of an upgrade: 101, or that of the refusal. An accepted connection stays open. */
function upgrade(controller: TestController, headers: Headers = {}): Promise<number> {
  const socket = new WebSocket(`${controller.url.replace('http', 'ws')}/ws`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.close();
      resolve(101);
    });
    socket.once('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode);
    });
    socket.once('error', reject);
  });
}

describe('an upgrade', () => {
  const controller = useController({ env: { CORS_ORIGINS: 'https://console.example.com' } });

  it.each<[string, () => Headers, number]>([
    ['without an origin, as from orchestrators', () => ({}), 101],
    ['from the same origin', () => ({ origin: controller.url }), 101],
    [
      'from the same origin behind TLS',
      () => ({ origin: 'https://moolai.example', host: 'moolai.example' }),
      101,
    ],
    [
      'from the same origin with a port',
      () => ({ origin: 'https://moolai.example', host: 'moolai.example:443' }),
      101,
    ],
    ['from an allowed origin', () => ({ origin: 'https://console.example.com' }), 101],
    ['from another origin', () => ({ origin: 'https://evil.example' }), 403],
    [
      'from another origin with a similar name',
      () => ({ origin: 'https://console.example.com.evil.example' }),
      403,
    ],
    ['from another port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['from a page with an opaque origin', () => ({ origin: 'null' }), 403],
    ['of nonsense', () => ({ origin: 'controller' }), 403],
    [
      'from another origin with a forged host header',
      () => ({ origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }),
      403,
    ],
  ])('%s', async (_, headers, status) => {
    await expect(upgrade(controller, headers())).resolves.toBe(status);
  });
});

describe('unregistered connections from one address', () => {
  const controller = useController({
    timing: { maxUnregisteredPerAddress: 2 },
    env: { TRUST_PROXY: '1' },
  });

  const from = (address: string): { headers: Headers } => ({ headers: { 'x-forwarded-for': address } });

  it('are limited, unlike those from others and registered ones', async () => {
    const first = await controller.connect(from('192.0.2.1'));
    const second = await controller.connect(from('192.0.2.1'));
    await expect(upgrade(controller, from('192.0.2.1').headers)).resolves.toBe(503);
    await expect(upgrade(controller, from('192.0.2.2').headers)).resolves.toBe(101);
    await first.register('edge-1');
    const third = await controller.connect(from('192.0.2.1'));
    expect(third.isOpen).toBe(true);
    await expect(upgrade(controller, from('192.0.2.1').headers)).resolves.toBe(503);
    await second.close();
    await waitUntil(
      'its place is free',
      async () => (await upgrade(controller, from('192.0.2.1').headers)) === 101,
    );
    // Refused ones leave nothing behind.
    await third.close();
    await waitUntil('all places are free', async () => {
      const two = [await controller.connect(from('192.0.2.1')), await controller.connect(from('192.0.2.1'))];
      const areOpen = two.every(({ isOpen }) => isOpen);
      for (const one of two) if (one.isOpen) await one.close();
      return areOpen;
    });
  });
});

describe('the client address', () => {
  async function addressesOf(env: Record<string, string>): Promise<{ socket: string; http: string | null }> {
    const controller = await TestController.start({ env });
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
    const orchestrator = await controller.connect({ headers });
    await orchestrator.register('edge-2');
    const { items } = await controller.api.listConnectedOrchestrators();
    const { user, password, access_token } = await controller.user('viewer', 'org-001');
    await controller.anonymous
      .post('/api/v1/internal/auth/login')
      .set(headers)
      .send({ email: user.email, password })
      .expect(200);
    const sessions = await controller.apiWith(access_token).listSessions();
    await controller.dispose();
    const http = sessions.find(({ is_current }) => !is_current)?.address ?? null;
    return { socket: items[0]?.remote_address ?? '', http };
  }

  it.each([
    ['nobody', {}, '127.0.0.1'],
    ['one proxy', { TRUST_PROXY: '1' }, '203.0.113.7'],
    ['the network of the proxy', { TRUST_PROXY: '127.0.0.0/8' }, '203.0.113.7'],
    ['another network', { TRUST_PROXY: '10.0.0.0/8' }, '127.0.0.1'],
  ])('is trusted from %s, by HTTP and WebSocket alike', async (_, env, address) => {
    await expect(addressesOf(env)).resolves.toEqual({ socket: address, http: address });
  });
});
