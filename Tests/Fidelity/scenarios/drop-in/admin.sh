#!/usr/bin/env bash
# Limits a daemon's memory by a drop-in.
set -euo pipefail
sudo mkdir /etc/systemd/system/cron.service.d
printf '[Service]\nMemoryMax=200M\n' | sudo tee /etc/systemd/system/cron.service.d/memory.conf
sudo systemctl daemon-reload
sudo systemctl restart cron
