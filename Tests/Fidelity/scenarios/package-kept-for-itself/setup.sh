#!/usr/bin/env bash
# A package that is there because another needs it.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-tools
else
    apt-get install -y -qq example-tools
fi
