#!/usr/bin/env bash
# An account for a program.
set -euo pipefail
useradd --system --user-group collector
