import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { ErrorEnvelope } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { TOKEN, type SignedInSession } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const PASSWORD = 'a password of tests';
const LIMIT = 1024 * 1024;
/** More than the kernel buffers on both sides of a connection, so that writing it all needs a reader. */
const LARGE = 24 * LIMIT;

interface Answer {
  status: number;
  body: Partial<ErrorEnvelope> & { data?: unknown };
}

describe('the body of a request', () => {
  const controller = useController();
  let session: SignedInSession;

  beforeEach(async () => {
    session = await controller.signIn('admin@example.com', PASSWORD);
  });

  /** A request with exactly these headers, and no body. */
  async function send(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method,
        headers: { authorization: `Bearer ${session.access_token}`, ...headers },
      };
      request(`${controller.url}/api/v1${path}`, options, resolve).once('error', reject).end();
    });
    let text = '';
    for await (const chunk of message.setEncoding('utf8')) text += String(chunk);
    return { status: message.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] };
  }

  describe.each<[string, Record<string, string>]>([
    ['with a type only', { 'content-type': 'application/json' }],
    ['of zero bytes', { 'content-type': 'application/json', 'content-length': '0' }],
    ['in zero chunks', { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }],
    ['that is an empty form', { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' }],
    ['of an unsupported type', { 'content-type': 'text/plain;charset=UTF-8', 'content-length': '0' }],
  ])('%s', (_, headers) => {
    it('is no body for POST', async () => {
      await expect(send('POST', '/internal/auth/logout', headers)).resolves.toMatchObject({ status: 200 });
    });

    it('is no body for DELETE', async () => {
      const [current] = await controller.apiWith(session.access_token).listSessions();
      const path = `/internal/auth/sessions/${current?.session_id}`;
      await expect(send('DELETE', path, headers)).resolves.toMatchObject({ status: 200 });
    });

    it('is reported as missing if one is required', async () => {
      const { status, body } = await send('PUT', '/internal/orchestrators/x/independence', headers);
      expect(status).toBe(400);
      expect(body.errors?.map(({ field }) => field)).toEqual(['is_independent']);
    });
  });

  it('may begin with a byte order mark', async () => {
    const body = Buffer.from('\uFEFF{"organization_id":"org-bom","name":"BOM","settings":{"x":12345678901}}');
    const response = await fetch(`${controller.url}/api/v1/internal/organizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(201);
  });

  describe('over the limit', () => {
    let socket: Socket;
    let received: string;
    let problem: Error | undefined;
    let hasEnded: boolean;

    beforeEach(() => {
      [received, problem, hasEnded] = ['', undefined, false];
      socket = connect(Number(new URL(controller.url).port), '127.0.0.1');
      socket.on('error', (error) => (problem = error));
      socket.on('end', () => (hasEnded = true));
    });

    afterEach(() => void socket.destroy());

    function head(type: string, framing: string): string {
      const lines = [
        'POST /api/v1/internal/organizations HTTP/1.1',
        'Host: controller',
        `Content-Type: ${type}`,
      ];
      return [...lines, `Authorization: Bearer ${TOKEN}`, framing, '', ''].join('\r\n');
    }

    /** Writes, and resolves when the kernel has accepted all of it. */
    async function write(data: string | Buffer): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        socket.write(data, (error) => (error ? reject(error) : resolve()));
      });
    }

    function read(): void {
      socket.on('data', (data) => (received += data.toString()));
    }

    async function untilAnswered(status: number, error: string): Promise<void> {
      await waitUntil('the answer is whole', () => {
        if (problem) throw problem;
        return /\r\n\r\n\{.*\}$/s.test(received);
      });
      expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      const body = JSON.parse(received.split('\r\n\r\n')[1] ?? '') as ErrorEnvelope;
      expect(body).toMatchObject({ success: false, error });
    }

    const filler = Buffer.alloc(LARGE, ' ');
    const chunk = Buffer.concat([
      Buffer.from(`${LARGE.toString(16)}\r\n`),
      filler,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);

    it.each<[string, string, string, Buffer, number, string]>([
      ['with a length', 'application/json', `Content-Length: ${LARGE}`, filler, 413, 'payload_too_large'],
      ['in chunks', 'application/json', 'Transfer-Encoding: chunked', chunk, 413, 'payload_too_large'],
      ['of a form', 'multipart/form-data', `Content-Length: ${LARGE}`, filler, 400, 'validation_error'],
      ['of another type', 'text/csv', `Content-Length: ${LARGE}`, filler, 400, 'validation_error'],
    ])(
      '%s is refused to a client that only reads after it has written everything',
      async (_, type, framing, body, status, error) => {
        await write(head(type, framing));
        await write(body);
        read();
        await untilAnswered(status, error);
      },
    );

    it('is refused at once to a client that reads while it writes, which may continue to write', async () => {
      read();
      await write(head('application/json', `Content-Length: ${LARGE}`));
      await untilAnswered(413, 'payload_too_large');
      await write(filler.subarray(0, LARGE / 2));
      expect(hasEnded).toBe(false);
      await write(filler.subarray(LARGE / 2));
      await waitUntil('the controller has ended the connection', () => hasEnded);
      expect(problem).toBeUndefined();
    });
  });
});
