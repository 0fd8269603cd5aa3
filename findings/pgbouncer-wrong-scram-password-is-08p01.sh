#!/usr/bin/env bash
# PgBouncer 1.18.0 (Debian 12): a wrong password gets SQLSTATE 08P01 (protocol violation) under `auth_type =
# scram-sha-256`. PostgreSQL 15 says 28P01 (invalid password) to the same client.
#
# A client that takes class 08 for a connection that is lost, and tries again, never tells anybody of the password; one
# that waits for 28P01 to read a rotated password again never reads it.
# Consequence: behind this pooler only the text of the error ("SASL authentication failed") tells.
# Needs Debian's postgresql-15 and pgbouncer, and root or the user postgres.
set -euo pipefail
work=$(mktemp -d) && chmod 755 "$work" && cd "$work"
bin=/usr/lib/postgresql/15/bin
run() { if [ "$(id -u)" = 0 ]; then su postgres -c "$*"; else bash -c "$*"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$work"
finish() {
  [ -f pool.pid ] && kill "$(cat pool.pid)" || true
  run "$bin/pg_ctl -D $work/data -m immediate stop" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
free() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
pg_port=$(free); pool_port=$(free)
run "$bin/initdb -D $work/data -A scram-sha-256 -U app --pwfile <(echo right)" >/dev/null
run "$bin/pg_ctl -D $work/data -o '-p $pg_port -k $work -c listen_addresses=127.0.0.1' -l $work/log -w start" >/dev/null
cat >pool.ini <<INI
[databases]
postgres = host=127.0.0.1 port=$pg_port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pool_port
auth_type = scram-sha-256
auth_file = $work/users
pidfile = $work/pool.pid
unix_socket_dir =
INI
echo '"app" "right"' >users
[ "$(id -u)" = 0 ] && chown postgres pool.ini users
run "pgbouncer -d $work/pool.ini" >/dev/null 2>&1
npm init -y >/dev/null && npm install --silent --no-audit --no-fund pg@8.23.1
cat >ask.js <<'JS'
const { Client } = require('pg');
async function ask(name, port, password) {
  const client = new Client({ host: '127.0.0.1', port, user: 'app', database: 'postgres', password });
  try {
    await client.connect();
    console.log(`${name}, ${password} password: connected`);
    await client.end();
  } catch (error) {
    console.log(`${name}, ${password} password: ${error.code} ${error.message.replace(/ for user.*| "app"/, '')}`);
  }
}
(async () => {
  for (const [name, port] of [['postgres', process.argv[2]], ['pgbouncer', process.argv[3]]])
    for (const password of ['right', 'wrong']) await ask(name, Number(port), password);
})();
JS
for _ in $(seq 50); do node -e "require('net').connect($pool_port,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))" && break; sleep 0.1; done
node ask.js "$pg_port" "$pool_port" | tee seen
cat >expected <<'OUT'
postgres, right password: connected
postgres, wrong password: 28P01 password authentication failed
pgbouncer, right password: connected
pgbouncer, wrong password: 08P01 SASL authentication failed
OUT
diff expected seen
