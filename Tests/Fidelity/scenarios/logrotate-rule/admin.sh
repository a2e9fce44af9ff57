#!/usr/bin/env bash
# Rotates one more log, and all of them daily.
set -euo pipefail
printf '/var/log/backup.log {\n    daily\n    rotate 7\n    missingok\n}\n' | sudo tee /etc/logrotate.d/backup
sudo sed -i 's/^weekly/daily/' /etc/logrotate.conf
sudo logrotate --debug /etc/logrotate.conf
