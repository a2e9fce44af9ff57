#!/usr/bin/env bash
# Installs packages with a link, an account and a unit, and edits a file. The daemon stands still meanwhile, as on a machine
# with more to do than it can, and takes all of it up when the package manager has long let its lock go.
set -euo pipefail
sudo pkill -STOP -x weftd
go_on() { sudo pkill -CONT -x weftd; }
trap go_on EXIT
if [ "$FAMILY" = rpm ]; then
    sudo dnf install -y --quiet example-pager-plain example-pager-colour example-web
else
    sudo apt-get install -y -qq example-pager-plain example-pager-colour example-web
fi
printf 'port = 8081\nroot = /usr/share/example\n' | sudo tee /etc/example-web/sites.d/shop.conf
