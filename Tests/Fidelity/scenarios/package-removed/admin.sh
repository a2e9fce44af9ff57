#!/usr/bin/env bash
# Removes a package and what was there for it alone.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf remove -y --quiet example-tools
else
    sudo apt-get remove -y -qq --autoremove example-tools
fi
