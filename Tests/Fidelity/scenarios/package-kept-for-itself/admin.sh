#!/usr/bin/env bash
# Wants a package for itself from now on.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf mark install --quiet example-common
else
    sudo apt-mark manual example-common
fi
