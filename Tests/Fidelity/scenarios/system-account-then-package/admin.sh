#!/usr/bin/env bash
# An account for a program of one's own, then a package that brings one, then another; the packages come first elsewhere.
set -euo pipefail
sudo useradd --system --shell /usr/sbin/nologin collector
if [ "$FAMILY" = rpm ]; then
    sudo dnf install --assumeyes --quiet example-web
else
    sudo apt-get install --yes -qq example-web
fi
sudo useradd --system --shell /usr/sbin/nologin sender
