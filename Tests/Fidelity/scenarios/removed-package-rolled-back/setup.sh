#!/usr/bin/env bash
# A package that was removed, on a node that lets itself be changed: dpkg keeps its configuration.
set -euo pipefail
sed -i 's/^policy: .*/policy: apply/' /etc/weft/weftd.yaml
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-web
    dnf remove -y --quiet example-web
else
    apt-get install -y -qq example-web
    apt-get remove -y -qq --autoremove example-web
fi
