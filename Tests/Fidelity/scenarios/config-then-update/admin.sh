#!/usr/bin/env bash
# Edits a package's configuration, then updates the package, which brings other configuration.
set -euo pipefail
sudo sed -i 's/^port = .*/port = 9090/' /etc/example-web/web.conf
if [ "$FAMILY" = rpm ]; then
    sudo dnf upgrade -y --quiet example-web-1.1
    test -e /etc/example-web/web.conf.rpmnew
else
    sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Options::=--force-confold example-web=1.1-1
    test -e /etc/example-web/web.conf.dpkg-dist
fi
