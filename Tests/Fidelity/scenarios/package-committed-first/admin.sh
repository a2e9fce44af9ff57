#!/usr/bin/env bash
# Installs a package and commits it by itself, before the rest of the sitting.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-web
else
    sudo apt-get install -y -qq example-web
fi
sudo weft commit -m 'a web server' package:example-web
echo 'the shop' | sudo tee /etc/motd
