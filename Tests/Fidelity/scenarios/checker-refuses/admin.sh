#!/usr/bin/env bash
# Changes the main file of sshd and a rule of sudo, checks both.
set -euo pipefail
sudo sed -i 's/^#\?PermitRootLogin .*/PermitRootLogin prohibit-password/' /etc/ssh/sshd_config
sudo sshd -t
echo 'ann ALL=(root) NOPASSWD: /usr/bin/systemctl restart cron' | sudo tee /etc/sudoers.d/site
sudo chmod 0440 /etc/sudoers.d/site
sudo visudo -cq
echo 'level = 3' | sudo tee /etc/site.conf
