#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12): `error_page 414 @name` answers 500, not 414, and the log says "empty URI in redirect to named
# location". The same with an ordinary location answers 414.
#
# nginx refuses an address that is too long before it has one, and cannot redirect to a named location then. So an
# `error_page` that gives all of nginx's own errors the envelope of an API must lead to an `internal` location with a path.
# Needs Debian's nginx.
set -euo pipefail
work=$(mktemp -d) && cd "$work"
trap 'kill "$(cat nginx.pid 2>/dev/null)" 2>/dev/null || true; rm -rf "$work"' EXIT
port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
one=$(port); two=$(port)
cat >nginx.conf <<CONF
pid $work/nginx.pid;
error_log $work/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi;
  scgi_temp_path $work/scgi;
  server {
    listen 127.0.0.1:$one;
    error_page 414 @problem;
    location @problem { return 414 "of ours"; }
  }
  server {
    listen 127.0.0.1:$two;
    error_page 414 /problem;
    location = /problem { internal; return 414 "of ours"; }
  }
}
CONF
nginx -v 2>&1 | sed 's/.*nginx\//nginx /'
nginx -c "$work/nginx.conf" -p "$work" 2>/dev/null
for _ in $(seq 50); do [ -s nginx.pid ] && break; sleep 0.1; done
long=$(printf 'x%.0s' $(seq 9000))
{
  echo "named location: $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$one/$long")"
  echo "location with a path: $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$two/$long")"
  grep -o 'empty URI in redirect to named location' error.log | head -1
} | tee seen
cat >expected <<'OUT'
named location: 500
location with a path: 414
empty URI in redirect to named location
OUT
diff expected seen
