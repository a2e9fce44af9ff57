#!/usr/bin/env bash
# The package is named among what is degraded, until somebody has mended it and finished what it began.
set -euo pipefail

# Prints the plan, and what is said of unfinished packages.
look() {
    weft plan
    weft status --json | grep -A2 '"package-unfinished"' || :
}

look
look | grep 'dpkg --configure -a'
rm /usr/bin/deb-systemd-helper
dpkg-divert --local --rename --remove /usr/bin/deb-systemd-helper
dpkg --configure -a
for ((i = 0; i < 100; i++)); do
    if [ "$(look)" = 'This machine is what its tags say.' ]; then exit 0; fi
    sleep 0.1
done
look
exit 1
