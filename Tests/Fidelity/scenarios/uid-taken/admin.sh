#!/usr/bin/env bash
# A new colleague, with a number that is somebody else's elsewhere.
set -euo pipefail
sudo useradd --create-home --uid 1500 carol
echo 'level = 3' | sudo tee /etc/site.conf
