#!/usr/bin/env bash
# A file of all bytes, and an empty one.
set -euo pipefail
sudo python3 -c 'open("/etc/site.bin", "wb").write(bytes(range(256)) * 64)'
sudo touch /etc/site.empty
