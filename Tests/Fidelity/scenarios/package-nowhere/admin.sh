#!/usr/bin/env bash
# Installs a package and configures something else.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-tools
else
    sudo apt-get install -y -qq example-tools
fi
echo 'level = 3' | sudo tee /etc/site.conf
