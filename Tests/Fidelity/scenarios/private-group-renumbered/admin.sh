#!/usr/bin/env bash
# Gives the group that has the name of its one user another number.
set -euo pipefail
sudo groupmod --gid 1700 dave
