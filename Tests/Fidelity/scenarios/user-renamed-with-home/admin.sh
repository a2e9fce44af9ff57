#!/usr/bin/env bash
# Gives an account another name, with its private group and its home.
set -euo pipefail
sudo usermod --login gerd --home /home/gerd --move-home frank
sudo groupmod --new-name gerd frank
