#!/usr/bin/env bash
# Takes the service of a package into use.
set -euo pipefail
sudo systemctl enable --now example-web
