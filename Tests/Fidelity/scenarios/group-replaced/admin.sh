#!/usr/bin/env bash
# One group goes and another one comes, for somebody else, with the number that is free again.
set -euo pipefail
sudo groupdel ops
sudo groupadd web
sudo usermod --append --groups web ann
