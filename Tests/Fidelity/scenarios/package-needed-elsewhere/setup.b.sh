#!/usr/bin/env bash
# On this node another one needs it, which somebody wanted here.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-tools
else
    apt-get install -y -qq example-tools
fi
