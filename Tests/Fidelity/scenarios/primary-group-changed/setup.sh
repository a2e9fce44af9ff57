#!/usr/bin/env bash
# A colleague with a group of the same name.
set -euo pipefail
useradd --create-home --uid 1600 dave
