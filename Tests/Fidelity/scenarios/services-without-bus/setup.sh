#!/usr/bin/env bash
# A daemon that finds no library for D-Bus, and a service that nobody uses yet.
set -euo pipefail
library=$(ldconfig -p | awk '$1 == "libsystemd.so.0" { print $NF; exit }')
mkdir -p /run/systemd/system/weftd.service.d
printf '[Service]\nBindReadOnlyPaths=/dev/null:%s\n' "$(readlink -f "$library")" \
    >/run/systemd/system/weftd.service.d/without-bus.conf
printf '[Service]\nExecStart=/usr/bin/sleep infinity\n\n[Install]\nWantedBy=multi-user.target\n' \
    >/etc/systemd/system/site-queue.service
systemctl daemon-reload
