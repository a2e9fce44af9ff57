#!/usr/bin/env bash
# Two packages that offer the same command.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-pager-plain example-pager-colour
else
    apt-get install -y -qq example-pager-plain example-pager-colour
fi
