#!/usr/bin/env bash
# Updates one package, whose new version wants a newer dependency.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf upgrade -y --quiet example-web
else
    sudo apt-get install -y -qq --only-upgrade example-web
fi
