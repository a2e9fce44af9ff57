#!/usr/bin/env bash
# Installs two packages that offer the same command.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-pager-plain example-pager-colour
else
    sudo apt-get install -y -qq example-pager-plain example-pager-colour
fi
