#!/usr/bin/env bash
# redis 6.3.1 (node-redis): the client never reconnects after its own `socketTimeout`.
# Needs Debian's redis-server (seen with 7.0.15).
#
# `socketTimeout` is the option that notices a server which stands still. When it fires, the default reconnect
# strategy gives up for good: the client is closed and stays closed after the server goes on, while a connection that
# is refused or reset is retried forever. With a `reconnectStrategy` of one's own it is ready again.
# Consequence: never set `socketTimeout` without `reconnectStrategy`.
set -euo pipefail
command -v redis-server >/dev/null || { echo "needs redis-server" >&2; exit 2; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund redis@6.3.1
cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => probe.once('listening', resolve));
const { port } = probe.address();
await new Promise((resolve) => probe.close(resolve));
const server = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', process.cwd()]);
server.stdout.resume();
await delay(1000);
const client = async (socket) => {
  const one = createClient({
    url: `redis://127.0.0.1:${port}`,
    pingInterval: 500,
    socket: { socketTimeout: 2000, ...socket },
  });
  one.on('error', () => undefined);
  await one.connect();
  return one;
};
const byDefault = await client({});
const withStrategy = await client({ reconnectStrategy: () => 200 });
server.kill('SIGSTOP');
await delay(5000);
server.kill('SIGCONT');
await delay(5000);
const ping = (one) => one.ping().catch((error) => error.message);
console.log(`default strategy, 5 s after the server goes on: ${await ping(byDefault)}`);
console.log(`own strategy, 5 s after the server goes on: ${await ping(withStrategy)}`);
server.kill('SIGKILL');
process.exit();
JS
node run.mjs | tee seen
cat >expected <<'TEXT'
default strategy, 5 s after the server goes on: The client is closed
own strategy, 5 s after the server goes on: PONG
TEXT
diff expected seen
