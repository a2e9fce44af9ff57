#!/usr/bin/env bash
# Gives an account another name; its private group keeps the old one, and is private no more.
set -euo pipefail
sudo usermod --login erin dave
