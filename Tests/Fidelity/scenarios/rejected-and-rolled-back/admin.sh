#!/usr/bin/env bash
# What a reviewer will not have.
set -euo pipefail
echo '0 * * * * root /usr/bin/true' | sudo tee /etc/cron.d/hourly
echo '# hourly too' | sudo tee -a /etc/crontab
sudo rm /etc/issue.net
