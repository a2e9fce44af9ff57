#!/usr/bin/env bash
# Removes a folder with all that is in it, and writes a file elsewhere.
set -euo pipefail
sudo rm -r /etc/legacy
echo 'level = 3' | sudo tee /etc/site.conf
