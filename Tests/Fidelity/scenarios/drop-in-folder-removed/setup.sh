#!/usr/bin/env bash
# A daemon whose memory is limited by a drop-in.
set -euo pipefail
mkdir /etc/systemd/system/cron.service.d
printf '[Service]\nMemoryMax=200M\n' >/etc/systemd/system/cron.service.d/memory.conf
systemctl daemon-reload
