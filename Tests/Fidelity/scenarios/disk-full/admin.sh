#!/usr/bin/env bash
# Changes a file, adds one and a folder beside it, and one elsewhere.
set -euo pipefail
for number in $(seq 200); do echo "rule $number"; done | sudo tee /etc/example.d/main.conf
for number in $(seq 200); do echo "rule $number"; done | sudo tee /etc/example.d/extra.conf
echo 'level = 3' | sudo tee /etc/site.conf
