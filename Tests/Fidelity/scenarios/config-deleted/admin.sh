#!/usr/bin/env bash
# Deletes a file and a folder with what is in it.
set -euo pipefail
sudo rm /etc/alone.conf
sudo rm -r /etc/legacy
