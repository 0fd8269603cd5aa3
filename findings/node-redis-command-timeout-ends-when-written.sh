#!/usr/bin/env bash
# @redis/client 6.3.1 (node-redis), Debian's redis-server 7.0: the timeout of a command ends when the command is written
# to the socket, not when its reply arrives.
#
# `commandOptions: { timeout: 500 }` reads like a limit for the answer. It limits the time in the client's queue only: a
# server that accepts data and does not answer (stopped with SIGSTOP, swapping, in a long script) leaves the promise
# pending for as long as that lasts. Here a GET with 500 ms is still pending after 3 s; it settles once the server goes
# on.
# Consequence: a caller that must not wait needs a deadline of its own around each command.
set -euo pipefail
command -v redis-server >/dev/null || { echo "needs Debian's redis-server"; exit 1; }
work=$(mktemp -d) && trap 'kill -CONT $server 2>/dev/null; kill $server 2>/dev/null; rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund @redis/client@6.3.1
port=$((20000 + RANDOM % 20000))
redis-server --port $port --bind 127.0.0.1 --save '' --dir "$work" >/dev/null &
server=$!
cat >run.mjs <<'JS'
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@redis/client';
const [port, pid] = process.argv.slice(2).map(Number);
const client = createClient({ url: `redis://127.0.0.1:${port}`, commandOptions: { timeout: 500 } });
client.on('error', () => undefined);
await client.connect();
await client.set('key', 'value');
const outcome = (promise) => promise.then((value) => `resolved with ${value}`, (error) => `rejected with ${error.name}`);
process.kill(pid, 'SIGSTOP');
let state = 'pending';
const reply = outcome(client.get('key')).then((text) => (state = text));
await delay(3_000);
console.log(`server stopped, 3 s later: ${state}`);
process.kill(pid, 'SIGCONT');
await reply;
console.log(`server goes on: ${state}`);
process.exit();
JS
for _ in $(seq 50); do redis-cli -p $port ping >/dev/null 2>&1 && break; sleep 0.1; done
node run.mjs $port $server | tee seen
cat >expected <<'TEXT'
server stopped, 3 s later: pending
server goes on: resolved with value
TEXT
diff expected seen
