#!/usr/bin/env bash
# What the package needs is there.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-common
else
    apt-get install -y -qq example-common
fi
