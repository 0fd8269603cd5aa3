import { connect, type Socket } from 'node:net';
import { ControllerProcess, freePort, newDataDir, TestDatabase, waitUntil } from '@moolai/testing';
import type { ErrorEnvelope } from '@moolai/contracts';
import { databaseEnv } from '../support/command.js';
import { UPGRADE_FIELDS, upgradeRequest } from '../support/raw-websocket.js';

interface Answer {
  status: number;
  headers: string;
  body: Partial<ErrorEnvelope> & { data?: unknown };
}

describe('an upgrade', () => {
  const dataDir = newDataDir();
  let database: TestDatabase;
  let controller: ControllerProcess;

  beforeAll(async () => {
    database = await TestDatabase.create();
    controller = new ControllerProcess(await freePort(), dataDir, databaseEnv(database.connection));
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await database.drop();
  });

  function open(): Socket {
    return connect(controller.port, '127.0.0.1').on('error', () => undefined);
  }

  /** Sends bytes and reads one complete answer. */
  async function ask(text: string): Promise<Answer> {
    const socket = open();
    let received = '';
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.write(text);
    const [head = '', body = ''] = await waitUntil('the answer is whole', () => {
      const [start = '', ...rest] = received.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(start)?.[1];
      const content = rest.join('\r\n\r\n');
      return length !== undefined && content.length >= Number(length) && [start, content];
    });
    socket.destroy();
    return { status: Number(head.split(' ')[1]), headers: head, body: JSON.parse(body) as Answer['body'] };
  }

  it.each<[string, string, number, string]>([
    ['of another path', upgradeRequest('GET /nowhere', UPGRADE_FIELDS), 404, 'not_found'],
    ['of /ws/', upgradeRequest('GET /ws/', UPGRADE_FIELDS), 404, 'not_found'],
    [
      'of a REST route',
      upgradeRequest('GET /api/v1/controller/health', { Upgrade: 'websocket' }),
      404,
      'not_found',
    ],
    [
      'by POST, with a body',
      upgradeRequest('POST /ws', { ...UPGRADE_FIELDS, 'Content-Length': '2' }, '{}'),
      400,
      'validation_error',
    ],
    [
      'without a key',
      upgradeRequest('GET /ws', { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }),
      400,
      'validation_error',
    ],
    [
      'without a version',
      upgradeRequest('GET /ws', {
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': UPGRADE_FIELDS['Sec-WebSocket-Key'],
      }),
      426,
      'validation_error',
    ],
    [
      'with an empty list of subprotocols',
      upgradeRequest('GET /ws', { ...UPGRADE_FIELDS, 'Sec-WebSocket-Protocol': ',' }),
      400,
      'validation_error',
    ],
    [
      'of a foreign page',
      upgradeRequest('GET /ws', { ...UPGRADE_FIELDS, Origin: 'https://evil.example' }),
      403,
      'forbidden',
    ],
  ])('%s is refused with the error envelope of the REST API', async (_, text, status, error) => {
    const answer = await ask(text);
    expect(answer).toMatchObject({
      status,
      body: {
        success: false,
        error,
        detail: expect.stringMatching(/\w+/) as string,
        timestamp: expect.stringMatching(/Z$/) as string,
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    });
    expect(answer.headers).toMatch(/^connection: close$/im);
    if (status === 426) {
      expect(answer.headers).toMatch(/^upgrade: websocket$/im);
      expect(answer.headers).toMatch(/^sec-websocket-version: 13$/im);
    }
  });

  it.each<[string, string, number]>([
    [
      'GET',
      upgradeRequest('GET /health/live', {
        Upgrade: 'h2c',
        Connection: 'Upgrade, HTTP2-Settings',
        'HTTP2-Settings': 'AAMAAABkAAQ',
      }),
      200,
    ],
    [
      'POST with a body',
      upgradeRequest(
        'POST /api/v1/internal/auth/login',
        { Upgrade: 'h2c', 'Content-Type': 'application/json', 'Content-Length': '33' },
        '{"email":"a@b.example","password"',
      ),
      400,
    ],
    ['GET of /ws', upgradeRequest('GET /ws', { Upgrade: 'h2c' }), 404],
  ])('to another protocol is ignored: %s is answered', async (_, text, status) => {
    await expect(ask(text)).resolves.toMatchObject({ status });
  });
});
