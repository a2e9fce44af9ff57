#!/usr/bin/env bash
# Makes a system account and then installs a package that makes one too. The daemon stands still meanwhile, as on a machine
# with more to do than it can.
set -euo pipefail
sudo pkill -STOP -x weftd
go_on() { sudo pkill -CONT -x weftd; }
trap go_on EXIT
sudo useradd --system --uid 450 --shell /usr/sbin/nologin collector
# The package manager's own log tells the second.
sleep 2
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-web
else
    sudo apt-get install -y -qq example-web
fi
