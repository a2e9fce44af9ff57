#!/usr/bin/env bash
# Here it is a file system of its own, on which nothing is free.
set -euo pipefail
mount -t tmpfs -o size=64k,mode=0755 tmpfs /etc/example.d
echo 'rule 0' >/etc/example.d/main.conf
dd if=/dev/zero of=/etc/example.d/ballast bs=4k status=none || true
