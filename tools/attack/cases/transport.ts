import { assert, refused } from './checks.ts';
import type { Attack } from '../attack-case.ts';

/** A hand-written upgrade request. */
const upgrade = (path: string, protocol = 'websocket'): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;

const firstLine = (answer: string): string => answer.split('\r\n', 1)[0] ?? '';

export const transport: Attack[] = [
  {
    name: 'slowloris: request headers that never end',
    run: async (target) => {
      const head = `GET /api/v1/controller/health HTTP/1.1\r\nHost: x\r\n`;
      const { how, answer } = await target.rawBytes(head, { ms: 20_000, trickle: 'X-A: b\r\n' });
      assert(how === 'closed', 'the socket is still open after 20 s');
      return `closed${answer ? `: ${firstLine(answer)}` : ''}`;
    },
  },
  {
    name: 'a 64 kB header',
    run: async (target) => {
      const head = `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(65_536)}\r\n\r\n`;
      const { answer } = await target.rawBytes(head);
      assert(/^HTTP\/1\.1 4\d\d/.test(answer), answer.slice(0, 100));
      return firstLine(answer);
    },
  },
  {
    name: 'both Content-Length and Transfer-Encoding in one request (smuggling)',
    run: async (target) => {
      const head =
        'POST /api/v1/internal/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /';
      const { answer } = await target.rawBytes(head);
      assert(/^HTTP\/1\.1 4\d\d/.test(answer), answer.slice(0, 100));
      return firstLine(answer);
    },
  },
  {
    name: 'a request that is not HTTP',
    run: async (target) => {
      const { answer, how } = await target.rawBytes('\x16\x03\x01 hello\r\n\r\n');
      assert(how === 'closed' && !answer.startsWith('HTTP/1.1 2'), answer.slice(0, 100));
      return firstLine(answer) || 'closed';
    },
  },
  {
    name: 'a file outside the console',
    run: async (target) => {
      const { answer } = await target.rawBytes(
        'GET /../../package.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      );
      assert(!answer.includes('"dependencies"'), 'got the file');
      return firstLine(answer);
    },
  },
  {
    name: 'a page of another origin that reads the API',
    run: async (target) => {
      const headers = { origin: 'https://evil.example' };
      const answer = await target.request('GET', '/controller/overview', {
        token: target.tokens.viewer,
        headers,
      });
      assert(answer.headers.get('access-control-allow-origin') === null, 'allowed');
      return 'no Access-Control-Allow-Origin';
    },
  },
  {
    name: "a page of another origin that uses the browser's session",
    run: async (target) => {
      const body = { ...target.root, use_cookie: true };
      const signedIn = await target.request('POST', '/internal/auth/login', { body });
      const [cookie = ''] = signedIn.headers.getSetCookie();
      assert(/HttpOnly/.test(cookie) && /SameSite=Strict/.test(cookie), cookie);
      const headers = { cookie: cookie.split(';')[0] ?? '', origin: 'https://evil.example' };
      return refused(await target.request('POST', '/internal/auth/refresh', { body: {}, headers }), 403);
    },
  },
  {
    name: 'the console in a frame of another page',
    run: async (target) => {
      const { headers } = await target.request('GET', '/');
      const policy = headers.get('content-security-policy') ?? '';
      assert(policy.includes("frame-ancestors 'none'"), policy);
      assert(!/script-src[^;]*unsafe/.test(policy), policy);
      return "frame-ancestors 'none', only scripts of the same origin";
    },
  },
  {
    name: 'an unknown method',
    run: async (target) =>
      refused(
        await target.request('DELETE', '/controller/overview', { token: target.tokens.superadmin }),
        404,
        405,
      ),
  },
  {
    name: 'identify the server by its headers',
    run: async (target) => {
      const { headers } = await target.request('GET', '/controller/health');
      assert(!headers.get('server') && !headers.get('x-powered-by'), 'it says so');
      return 'not revealed';
    },
  },
  {
    name: 'an upgrade on a path without WebSocket',
    run: async (target) => {
      const { answer, how } = await target.rawBytes(upgrade('/api/v1/controller/health'));
      assert(how === 'closed' && answer.startsWith('HTTP/1.1 404'), answer.slice(0, 100));
      assert(answer.includes('"request_id"'), 'the answer is not an error envelope');
      return firstLine(answer);
    },
  },
  {
    name: 'an offer of HTTP/2: ignored, the request is answered',
    run: async (target) => {
      const { answer } = await target.rawBytes(upgrade('/health/live', 'h2c'));
      assert(answer.startsWith('HTTP/1.1 200'), answer.slice(0, 100));
      return firstLine(answer);
    },
  },
  {
    name: 'a flood of requests: the controller answers afterwards',
    run: async (target) => {
      const flood = Array.from({ length: 500 }, () =>
        target.request('GET', '/internal/auth/me', { token: 'x' }),
      );
      const answers = await Promise.all(flood);
      assert(
        answers.every(({ status }) => status === 403),
        'one got something else',
      );
      await target.assertAlive();
      return '500 times 403';
    },
  },
];
