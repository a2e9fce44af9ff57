#!/usr/bin/env bash
# Somebody has the number already.
set -euo pipefail
useradd --create-home --uid 1500 erin
