import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { answerWithoutUpgrade } from './upgrade-requests.js';

describe('a request that offers another protocol', () => {
  let server: Server;

  beforeAll(async () => {
    // Like a Node without `shouldUpgradeCallback`: every upgrade reaches the listener.
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () =>
        response.end(`${request.method} ${request.url} ${String(request.headers['x-a'])} ${body}`),
      );
    });
    server.on('upgrade', (request, socket, head) => answerWithoutUpgrade(server, request, socket, head));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is answered as if it had offered none, however much of its body had arrived', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.write(
      'POST /a?b=%20c HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n' +
        'HTTP2-Settings: AAMAAABkAAQ\r\nX-A: \xe9\r\nContent-Length: 11\r\n\r\nfirst',
      'latin1',
    );
    setImmediate(() => socket.write('second'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).toContain('POST /a?b=%20c \xc3\xa9 firstsecond');
  });
});
