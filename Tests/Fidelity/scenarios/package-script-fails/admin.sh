#!/usr/bin/env bash
# Installs a package and configures something else.
set -euo pipefail
sudo apt-get install -y -qq example-clock
echo 'level = 3' | sudo tee /etc/site.conf
