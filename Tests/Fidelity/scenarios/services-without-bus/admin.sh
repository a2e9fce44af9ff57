#!/usr/bin/env bash
# Stops a service that stays enabled, takes one into use, and stops and starts another, which comes to nothing.
set -euo pipefail
sudo systemctl stop cron
sudo systemctl enable --now site-queue
sudo systemctl stop rsyslog
sudo systemctl start rsyslog
