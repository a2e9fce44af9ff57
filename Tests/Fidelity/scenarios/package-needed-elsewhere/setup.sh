#!/usr/bin/env bash
# A package that others can need.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-common
else
    apt-get install -y -qq example-common
fi
