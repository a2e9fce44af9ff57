#!/usr/bin/env bash
# A package with configuration, a unit and an account.
set -euo pipefail
apt-get install -y -qq example-web
