#!/usr/bin/env bash
# Hardens sshd by a line of its main file and a file beside it, checks, reloads.
set -euo pipefail
sudo sed -i 's/^#\?PermitRootLogin .*/PermitRootLogin prohibit-password/' /etc/ssh/sshd_config
printf 'PasswordAuthentication no\nX11Forwarding no\nMaxAuthTries 3\n' | sudo tee /etc/ssh/sshd_config.d/10-hardening.conf
sudo sshd -t
sudo systemctl reload ssh
