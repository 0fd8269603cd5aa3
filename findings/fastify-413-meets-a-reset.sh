#!/usr/bin/env bash
# fastify 5.12.8: a body over `bodyLimit` is answered with 413, and a client that writes first and reads then gets an error
# of its socket instead.
#
# Fastify answers at once with `Connection: close` and reads no further. Node ends the socket while input is unread, so the
# kernel resets the connection: writing fails with EPIPE or ECONNRESET. Clients that write the whole body before they read
# are common (Python's http.client, and proxies that answer 502 then).
# Consequence: send the answer whole, then read and drop the rest of the request for a bounded time before the end.
set -euo pipefail
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund fastify@5.12.8
cat >run.mjs <<'JS'
import { connect } from 'node:net';
import Fastify from 'fastify';
const app = Fastify({ bodyLimit: 1024 });
app.post('/', () => 'taken');
await app.listen({ port: 0, host: '127.0.0.1' });
const length = 64 * 1024 * 1024;
const seen = await new Promise((resolve) => {
  const socket = connect(app.server.address().port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`);
  socket.write(Buffer.alloc(length, ' '), (error) => {
    if (error) resolve('the connection is reset');
    // Only now does it read.
    else socket.on('data', (data) => resolve(String(data).split('\r\n')[0]));
  });
});
console.log(seen);
await app.close();
JS
node run.mjs | tee seen
echo 'the connection is reset' >expected
diff expected seen
