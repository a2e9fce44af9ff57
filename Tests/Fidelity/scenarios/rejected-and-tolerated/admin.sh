#!/usr/bin/env bash
# What stays a speciality of one node.
set -euo pipefail
echo '0 * * * * root /usr/bin/true' | sudo tee /etc/cron.d/hourly
