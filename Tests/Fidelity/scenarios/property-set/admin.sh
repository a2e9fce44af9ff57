#!/usr/bin/env bash
# Limits a daemon by systemctl's own means, which keeps drop-ins in a folder of its own.
set -euo pipefail
sudo systemctl set-property cron.service TasksMax=200
