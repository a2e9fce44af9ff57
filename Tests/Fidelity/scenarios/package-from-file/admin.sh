#!/usr/bin/env bash
# Installs a package by its file, which the repository has too.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet "$(find /srv/packages -name 'example-tools-1.1-*.rpm')"
else
    sudo apt-get install -y -qq "$(find /srv/packages -name 'example-tools_1.1-*.deb')"
fi
