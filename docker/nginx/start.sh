#!/bin/sh
# Starts nginx in the image. First it checks that nginx can read the secrets, and configures the name server that resolves
# the controller's address.
set -eu

for file in /run/secrets/tls_certificate /run/secrets/tls_key; do
  if [ -e "$file" ] && [ ! -r "$file" ]; then
    echo "$file cannot be read by the user of this container (uid $(id -u))." \
      "On the host: chmod 444 docker/secrets/${file##*/}. The next restart then finds it." >&2
    exit 1
  fi
done

servers=
while read -r keyword address _; do
  [ "$keyword" = nameserver ] || continue
  # nginx expects IPv6 addresses in brackets.
  case $address in *:*:*) address="[$address]" ;; esac
  servers="$servers $address"
done < /etc/resolv.conf
# The network of the compose file is IPv4 only.
echo "resolver${servers:- 127.0.0.11} valid=5s ipv6=off;" > /tmp/resolver.conf

exec nginx -g 'daemon off;'
