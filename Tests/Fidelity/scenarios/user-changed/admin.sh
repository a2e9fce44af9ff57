#!/usr/bin/env bash
# Another shell, another name, and a password that has to be changed now and then.
set -euo pipefail
sudo usermod --shell /bin/sh --comment 'Bob Example' bob
sudo chage --maxdays 90 --warndays 14 bob
