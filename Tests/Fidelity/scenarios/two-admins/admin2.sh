#!/usr/bin/env bash
# The other.
set -euo pipefail
for number in $(seq 20); do
    echo "two $number" | sudo tee -a /etc/site-two.conf >/dev/null
    echo "both, by bob $number" | sudo tee -a /etc/site-both.conf >/dev/null
done
