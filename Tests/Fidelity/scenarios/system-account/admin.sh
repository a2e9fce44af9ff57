#!/usr/bin/env bash
# An account for a program of one's own.
set -euo pipefail
sudo useradd --system --home-dir /var/lib/collector --shell /usr/sbin/nologin collector
printf '[collector]\nuser = collector\n' | sudo tee /etc/collector.conf
sudo chown collector:collector /etc/collector.conf
sudo chmod 0600 /etc/collector.conf
