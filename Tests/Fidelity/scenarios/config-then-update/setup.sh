#!/usr/bin/env bash
# The first version of a package with its own configuration; the one after it is the newest that is offered.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    echo 'excludepkgs=example-*-2.0*' >>/etc/yum.repos.d/weft.repo
    dnf install -y --quiet example-common-1.0 example-web-1.0
    dnf mark remove --quiet example-common
else
    printf 'Package: example-*\nPin: version 2.0-1\nPin-Priority: -1\n' >/etc/apt/preferences.d/weft
    apt-get install -y -qq example-common=1.0-1 example-web=1.0-1
    apt-mark auto example-common
fi
