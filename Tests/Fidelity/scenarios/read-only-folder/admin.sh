#!/usr/bin/env bash
# Changes one file, adds and removes others beside it, and one elsewhere.
set -euo pipefail
echo 'level = 4' | sudo tee /etc/example.d/main.conf
echo 'extra' | sudo tee /etc/example.d/extra.conf
sudo rm /etc/example.d/old.conf
echo 'level = 3' | sudo tee /etc/site.conf
