#!/usr/bin/env bash
# A service is installed and not used.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-clock
else
    apt-get install -y -qq example-clock
    systemctl disable --quiet --now example-clock
fi
