#!/usr/bin/env bash
# A folder with files.
set -euo pipefail
mkdir /etc/example.d
echo 'level = 3' >/etc/example.d/main.conf
echo 'old' >/etc/example.d/old.conf
