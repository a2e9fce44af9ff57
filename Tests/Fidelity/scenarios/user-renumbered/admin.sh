#!/usr/bin/env bash
# Gives a user and the group of the same name other numbers, and their files with them.
set -euo pipefail
sudo usermod --uid 1700 dave
sudo groupmod --gid 1700 dave
sudo chown --recursive dave:dave /etc/site /home/dave
