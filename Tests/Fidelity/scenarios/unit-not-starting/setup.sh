#!/usr/bin/env bash
# A service that nobody uses yet.
set -euo pipefail
printf '#!/bin/sh\nexec sleep infinity\n' >/usr/local/sbin/site-queue
chmod 0755 /usr/local/sbin/site-queue
printf '[Service]\nType=exec\nExecStart=/usr/local/sbin/site-queue\n\n[Install]\nWantedBy=multi-user.target\n' \
    >/etc/systemd/system/site-queue.service
systemctl daemon-reload
