#!/usr/bin/env bash
# Makes a link, points one elsewhere, puts a file in the place of one and a link in the place of a file.
set -euo pipefail
sudo ln -s /nowhere/yet /etc/site/dangling
sudo ln -sfn releases/2 /etc/site/current
sudo rm /etc/site/name
echo 'web' | sudo tee /etc/site/name
sudo ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
