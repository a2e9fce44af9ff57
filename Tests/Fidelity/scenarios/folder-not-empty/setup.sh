#!/usr/bin/env bash
# What is to be deleted.
set -euo pipefail
mkdir -p /etc/legacy/conf.d
echo 'level = 3' >/etc/legacy/legacy.conf
