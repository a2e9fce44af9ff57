#!/usr/bin/env bash
# A package whose service runs.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-clock
    systemctl enable --quiet --now example-clock
else
    apt-get install -y -qq example-clock
fi
