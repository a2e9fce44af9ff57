#!/usr/bin/env bash
# Changes modes and owners, and no content.
set -euo pipefail
sudo chmod 0600 /etc/crontab
sudo chown root:adm /etc/site/main.conf
sudo chmod 2750 /etc/site
sudo chown ann /etc/site
