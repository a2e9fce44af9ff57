#!/usr/bin/env bash
# A group for two who are there already.
set -euo pipefail
sudo groupadd --gid 2000 operators
sudo usermod --append --groups operators ann
sudo gpasswd --add bob operators
