#!/usr/bin/env bash
# Gives a file and a folder to an account, and writes another file.
set -euo pipefail
echo 'level = 3' | sudo tee /etc/collector.conf
sudo chown collector /etc/collector.conf
sudo install -d -g collector -m 0750 /etc/collector.d
echo 'level = 3' | sudo tee /etc/site.conf
