#!/usr/bin/env bash
# Unpacks an archive with folders, modes and a link.
set -euo pipefail
work=$(mktemp -d)
mkdir -p "$work/portal/conf.d" "$work/portal/empty"
echo 'include conf.d/*' >"$work/portal/portal.conf"
for number in $(seq 20); do echo "rule $number" >"$work/portal/conf.d/$number.conf"; done
echo '#!/bin/sh' >"$work/portal/start"
chmod 0755 "$work/portal/start"
chmod 0700 "$work/portal/empty"
ln -s portal.conf "$work/portal/default.conf"
tar -C "$work" -czf "$work/portal.tar.gz" --owner=root --group=root portal
sudo tar -C /etc -xzf "$work/portal.tar.gz"
