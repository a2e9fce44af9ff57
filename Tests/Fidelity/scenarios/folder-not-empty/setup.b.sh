#!/usr/bin/env bash
# Here something else is in it, too.
set -euo pipefail
echo 'mine' >/etc/legacy/conf.d/own.conf
