#!/usr/bin/env bash
# Here nothing can be written in it.
set -euo pipefail
mount --bind /etc/example.d /etc/example.d
mount -o remount,bind,ro /etc/example.d
