#!/usr/bin/env bash
# Installs a package that needs another one, and configures something else.
set -euo pipefail
sudo apt-get install -y -qq example-web
echo 'level = 3' | sudo tee /etc/site.conf
