#!/usr/bin/env bash
# A service that a timer starts, both made here.
set -euo pipefail
printf '[Unit]\nDescription=Nightly backup\n\n[Service]\nType=oneshot\nExecStart=/usr/bin/true\n' |
    sudo tee /etc/systemd/system/backup.service
printf '[Unit]\nDescription=Nightly backup\n\n[Timer]\nOnCalendar=*-*-* 03:15\n\n[Install]\nWantedBy=timers.target\n' |
    sudo tee /etc/systemd/system/backup.timer
sudo systemctl daemon-reload
sudo systemctl enable --now backup.timer
