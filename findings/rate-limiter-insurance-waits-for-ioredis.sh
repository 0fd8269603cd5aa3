#!/usr/bin/env bash
# rate-limiter-flexible 11.4.0 with ioredis 6.0.0: while Redis is away the insurance limiter does not answer.
# Needs Debian's redis-server (seen with 7.0.15).
#
# An `insuranceLimiter` reads as if it took over when Redis is away. ioredis queues commands while it reconnects, so
# the call does not fail and the insurance is not asked: 4 s after Redis is gone nothing has been answered. Only
# `rejectIfRedisNotReady: true` makes the insurance answer at once.
# Consequence: a limiter in front of every request needs that flag, or a Redis outage is an outage of everything.
set -euo pipefail
command -v redis-server >/dev/null || { echo "needs redis-server" >&2; exit 2; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rate-limiter-flexible@11.4.0 ioredis@6.0.0
cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => probe.once('listening', resolve));
const { port } = probe.address();
await new Promise((resolve) => probe.close(resolve));
const server = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', process.cwd()]);
server.stdout.resume();
await delay(1000);
const storeClient = new Redis(port, '127.0.0.1');
storeClient.on('error', () => undefined);
const limiterWith = (extra) =>
  new RateLimiterRedis({
    storeClient,
    points: 2,
    duration: 60,
    insuranceLimiter: new RateLimiterMemory({ points: 2, duration: 60 }),
    ...extra,
  });
const ask = (limiter) =>
  Promise.race([
    limiter.consume('caller').then(() => 'allowed', (reason) => `rejected: ${reason.message ?? 'limited'}`),
    delay(4000, 'no answer within 4 s'),
  ]);
console.log(`Redis there: ${await ask(limiterWith({}))}`);
server.kill('SIGKILL');
await delay(500);
console.log(`Redis gone: ${await ask(limiterWith({}))}`);
console.log(`Redis gone, rejectIfRedisNotReady: ${await ask(limiterWith({ rejectIfRedisNotReady: true }))}`);
process.exit();
JS
node run.mjs | tee seen
cat >expected <<'TEXT'
Redis there: allowed
Redis gone: no answer within 4 s
Redis gone, rejectIfRedisNotReady: allowed
TEXT
diff expected seen
