#!/usr/bin/env bash
# Goes back to the version before.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf downgrade -y --quiet example-tools-1.0
else
    sudo apt-get install -y -qq --allow-downgrades example-tools=1.0-1
fi
