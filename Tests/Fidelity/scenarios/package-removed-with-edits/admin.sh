#!/usr/bin/env bash
# Removes a package whose configuration was edited in the same sitting.
set -euo pipefail
echo 'driftfile /var/lib/example-clock/drift' | sudo tee -a /etc/example-clock.conf
if [ "$FAMILY" = rpm ]; then
    sudo dnf remove -y --quiet example-clock
    test -e /etc/example-clock.conf.rpmsave
else
    sudo apt-get purge -y -qq example-clock
fi
