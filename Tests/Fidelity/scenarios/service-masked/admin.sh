#!/usr/bin/env bash
# Stops a service so that nothing starts it again.
set -euo pipefail
sudo systemctl mask --now cron
