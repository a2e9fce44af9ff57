#!/usr/bin/env bash
# Installs it once more.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-web
else
    sudo apt-get install -y -qq example-web
fi
