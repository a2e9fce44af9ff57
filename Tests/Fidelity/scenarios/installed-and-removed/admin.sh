#!/usr/bin/env bash
# Installs a package, does not like it, removes it with all that came with it.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-tools
    sudo dnf remove -y --quiet example-tools
else
    sudo apt-get install -y -qq example-tools
    sudo apt-get purge -y -qq --autoremove example-tools
fi
