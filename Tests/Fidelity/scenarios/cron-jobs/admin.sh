#!/usr/bin/env bash
# A job of the system, one of an admin and one of root.
set -euo pipefail
echo '15 3 * * * root /usr/local/sbin/backup --quiet' | sudo tee /etc/cron.d/backup
echo '*/10 * * * * /usr/bin/true' | crontab -
echo '0 4 * * 0 /usr/bin/true' | sudo crontab -
