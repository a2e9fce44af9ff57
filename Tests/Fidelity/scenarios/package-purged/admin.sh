#!/usr/bin/env bash
# Removes a package with its configuration.
set -euo pipefail
sudo apt-get purge -y -qq --autoremove example-web
