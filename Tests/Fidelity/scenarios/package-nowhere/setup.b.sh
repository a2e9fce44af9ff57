#!/usr/bin/env bash
# No repository of this node has the package.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    echo 'excludepkgs=example-tools' >>/etc/yum.repos.d/weft.repo
else
    printf 'Package: example-tools\nPin: release *\nPin-Priority: -1\n' >/etc/apt/preferences.d/weft
fi
