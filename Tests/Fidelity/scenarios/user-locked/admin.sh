#!/usr/bin/env bash
# Locks an account.
set -euo pipefail
sudo usermod --lock dave
