#!/usr/bin/env bash
# Puts a folder in the place of a file, and the other way round.
set -euo pipefail
sudo rm /etc/site.conf
sudo mkdir /etc/site.conf
echo 'level = 3' | sudo tee /etc/site.conf/main
sudo rmdir /etc/other.conf
echo 'level = 4' | sudo tee /etc/other.conf
