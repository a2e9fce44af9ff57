#!/usr/bin/env bash
# Here its program is missing.
set -euo pipefail
rm /usr/local/sbin/site-queue
