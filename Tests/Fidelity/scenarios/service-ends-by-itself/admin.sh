#!/usr/bin/env bash
# Takes a service into use.
set -euo pipefail
sudo systemctl enable --now site-queue
