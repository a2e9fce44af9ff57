#!/usr/bin/env bash
# Writes a file under another name and moves it into place, many times, as programs do.
set -euo pipefail
for number in $(seq 50); do
    echo "serial = $number" | sudo tee /etc/site.conf.new >/dev/null
    sudo mv /etc/site.conf.new /etc/site.conf
done
