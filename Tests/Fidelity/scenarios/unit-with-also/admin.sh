#!/usr/bin/env bash
# Two units, each of which is enabled with the other.
set -euo pipefail
sudo mkdir /var/spool/example
printf '%s\n' '[Unit]' 'Description=Example spooler' '' '[Service]' 'Type=oneshot' 'ExecStart=/usr/bin/true' '' \
    '[Install]' 'WantedBy=multi-user.target' 'Also=spooler.path' |
    sudo tee /etc/systemd/system/spooler.service
printf '%s\n' '[Path]' 'PathExistsGlob=/var/spool/example/*' '' \
    '[Install]' 'WantedBy=multi-user.target' 'Also=spooler.service' |
    sudo tee /etc/systemd/system/spooler.path
sudo systemctl daemon-reload
sudo systemctl enable spooler.path
