#!/usr/bin/env bash
# Removes a unit, and masks its name, so that no package brings it back.
set -euo pipefail
sudo rm /etc/systemd/system/sweeper.service
sudo systemctl daemon-reload
sudo systemctl mask sweeper.service
