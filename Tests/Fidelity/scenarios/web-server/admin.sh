#!/usr/bin/env bash
# Installs a web server, gives it a virtual host, lets it start now and at boot.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-web
else
    sudo apt-get install -y -qq example-web
fi
printf 'port = 8081\nroot = /usr/share/example\n' | sudo tee /etc/example-web/sites.d/shop.conf
sudo example-web --check
sudo systemctl enable --now example-web
sudo systemctl restart example-web
