#!/usr/bin/env bash
# Removes an account; its home stays.
set -euo pipefail
sudo userdel dave
