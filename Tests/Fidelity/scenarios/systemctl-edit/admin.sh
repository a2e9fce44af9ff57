#!/usr/bin/env bash
# Changes a unit with systemctl edit.
set -euo pipefail
printf '#!/bin/sh\nprintf "[Service]\\nNice=5\\n" >"$1"\n' >/tmp/editor
chmod +x /tmp/editor
script --quiet --return --command 'sudo SYSTEMD_EDITOR=/tmp/editor systemctl edit cron.service' /dev/null
sudo systemctl restart cron
systemctl show --property=Nice cron | grep -x Nice=5
