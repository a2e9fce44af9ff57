#!/usr/bin/env bash
# On RHEL, cron comes without the script for System V that Debian's has.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    rm -f /etc/init.d/cron /etc/rc?.d/[SK]*cron
    systemctl daemon-reload
fi
