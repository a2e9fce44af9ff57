#!/usr/bin/env bash
# A service that nobody uses yet.
set -euo pipefail
printf '[Service]\nExecStart=/usr/bin/sleep infinity\n\n[Install]\nWantedBy=multi-user.target\n' \
    >/etc/systemd/system/site-queue.service
systemctl daemon-reload
