#!/usr/bin/env bash
# Stops a service, now and at boot.
set -euo pipefail
sudo systemctl disable --now cron
