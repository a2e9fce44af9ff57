#!/usr/bin/env bash
# Renames a file.
set -euo pipefail
sudo mv /etc/site/old.conf /etc/site/new.conf
