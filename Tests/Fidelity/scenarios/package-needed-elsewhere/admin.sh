#!/usr/bin/env bash
# Removes a package that nothing needs here, and configures something else.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf remove -y --quiet example-common
else
    sudo apt-get remove -y -qq example-common
fi
echo 'level = 3' | sudo tee /etc/site.conf
