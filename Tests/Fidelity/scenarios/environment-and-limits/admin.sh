#!/usr/bin/env bash
# What every login gets to see.
set -euo pipefail
echo 'HTTP_PROXY=http://proxy.example.org:3128' | sudo tee -a /etc/environment
printf '# Nobody stays for ever.\nreadonly TMOUT=900\nexport TMOUT\n' | sudo tee /etc/profile.d/timeout.sh
echo '* soft nofile 4096' | sudo tee /etc/security/limits.d/files.conf
printf 'alias ll="ls -l"\n' | sudo tee -a /root/.bashrc
