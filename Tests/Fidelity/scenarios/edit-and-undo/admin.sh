#!/usr/bin/env bash
# Tries this and that, and leaves everything as it was.
set -euo pipefail
sudo cp --preserve /etc/crontab /tmp/crontab
echo '# a trial' | sudo tee -a /etc/crontab
sudo cp --preserve /tmp/crontab /etc/crontab
sudo chmod 0600 /etc/fstab
sudo chmod 0644 /etc/fstab
echo 'a trial' | sudo tee /etc/trial
sudo rm /etc/trial
sudo mv /etc/issue /etc/issue.away
sudo mv /etc/issue.away /etc/issue
