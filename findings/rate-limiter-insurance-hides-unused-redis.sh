#!/usr/bin/env bash
# rate-limiter-flexible 11.4.0 with redis 6.3.1: with an `insuranceLimiter`, a healthy Redis is never used, silently.
# Needs Debian's redis-server (seen with 7.0.15).
#
# RateLimiterRedis takes a node-redis client only with `useRedisPackage: true`. Without the flag each call fails inside
# the limiter, and the insurance limiter, made for a Redis that is away, answers instead: no error, no event, no key in
# Redis. Each process then counts for itself with the insurance's points. Without insurance the call rejects at once.
# Consequence: a test of shared limits must look for the key in Redis, not at the answers.
set -euo pipefail
command -v redis-server >/dev/null || { echo "needs redis-server" >&2; exit 2; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rate-limiter-flexible@11.4.0 redis@6.3.1
cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { createClient } from 'redis';
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => probe.once('listening', resolve));
const { port } = probe.address();
await new Promise((resolve) => probe.close(resolve));
const server = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', process.cwd()]);
server.stdout.resume();
await delay(1000);
const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
client.on('error', () => undefined);
const insuranceLimiter = new RateLimiterMemory({ points: 1000, duration: 60 });
for (const [name, extra] of [
  ['with insurance', { insuranceLimiter }],
  ['with insurance and useRedisPackage', { insuranceLimiter, useRedisPackage: true }],
  ['without insurance', {}],
]) {
  const limiter = new RateLimiterRedis({ storeClient: client, keyPrefix: name, points: 2, duration: 60, ...extra });
  const allowed = [];
  for (let call = 0; call < 3; call += 1) {
    const how = await limiter.consume('caller').then(
      () => 'allowed',
      (reason) => (reason instanceof Error ? reason.constructor.name : 'limited'),
    );
    allowed.push(how);
  }
  const keys = (await client.keys(`${name}:*`)).length;
  console.log(`${name}, 2 points, 3 calls: ${allowed.join(' ')}; keys in Redis: ${keys}`);
}
server.kill('SIGKILL');
process.exit();
JS
node run.mjs | tee seen
cat >expected <<'TEXT'
with insurance, 2 points, 3 calls: allowed allowed allowed; keys in Redis: 0
with insurance and useRedisPackage, 2 points, 3 calls: allowed allowed limited; keys in Redis: 1
without insurance, 2 points, 3 calls: TypeError TypeError TypeError; keys in Redis: 0
TEXT
diff expected seen
