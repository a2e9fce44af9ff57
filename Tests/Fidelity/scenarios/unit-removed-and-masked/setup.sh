#!/usr/bin/env bash
# A unit of the node's own.
set -euo pipefail
printf '[Service]\nType=oneshot\nExecStart=/usr/bin/true\n' >/etc/systemd/system/sweeper.service
systemctl daemon-reload
