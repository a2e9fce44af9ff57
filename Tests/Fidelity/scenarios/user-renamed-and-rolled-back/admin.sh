#!/usr/bin/env bash
# Gives an account another name, which nobody wants; the password that no other account could get has to come back.
set -euo pipefail
sudo usermod --login erin dave
