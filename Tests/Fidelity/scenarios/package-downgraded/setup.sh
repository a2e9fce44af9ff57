#!/usr/bin/env bash
# The newer version of a package.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-tools-1.1
else
    apt-get install -y -qq example-tools=1.1-1
fi
