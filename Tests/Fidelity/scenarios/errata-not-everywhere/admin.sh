#!/usr/bin/env bash
# Updates all that can be updated.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf upgrade -y --quiet
else
    sudo apt-get update -qq
    sudo apt-get upgrade -y -qq
fi
