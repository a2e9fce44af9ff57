#!/usr/bin/env bash
# A folder with a file.
set -euo pipefail
mkdir /etc/example.d
echo 'rule 0' >/etc/example.d/main.conf
