#!/usr/bin/env bash
# One of two admins who work at the same time.
set -euo pipefail
for number in $(seq 20); do
    echo "one $number" | sudo tee -a /etc/site-one.conf >/dev/null
    echo "both, by ann $number" | sudo tee -a /etc/site-both.conf >/dev/null
done
