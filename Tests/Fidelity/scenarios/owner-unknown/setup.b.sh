#!/usr/bin/env bash
# Here it is not.
set -euo pipefail
userdel collector
