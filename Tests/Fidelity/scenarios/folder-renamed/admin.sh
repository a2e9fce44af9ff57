#!/usr/bin/env bash
# Renames a folder with what is in it, then edits a file at its new place.
set -euo pipefail
sudo mv /etc/site /etc/shop
echo 'colour = blue' | sudo tee -a /etc/shop/main.conf
