#!/usr/bin/env bash
# Stops a service that stays enabled, and stops and starts another, which comes to nothing.
set -euo pipefail
sudo systemctl stop cron
sudo systemctl stop rsyslog
sudo systemctl start rsyslog
