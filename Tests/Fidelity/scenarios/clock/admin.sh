#!/usr/bin/env bash
# Installs a time service, names the own server, starts it.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-clock
else
    sudo apt-get install -y -qq example-clock
fi
sudo sed -i 's/^server .*/server ntp.example.net iburst/' /etc/example-clock.conf
sudo systemctl enable --now example-clock
sudo systemctl restart example-clock
