#!/usr/bin/env bash
# Takes a service into use that was installed before.
set -euo pipefail
sudo systemctl enable --now example-clock
