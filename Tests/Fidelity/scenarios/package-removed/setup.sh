#!/usr/bin/env bash
# A package and what it needs.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-tools
else
    apt-get install -y -qq example-tools
fi
