#!/usr/bin/env bash
# A package whose unit nobody uses yet, on nodes that let themselves be changed.
set -euo pipefail
sed -i 's/^policy: .*/policy: apply/' /etc/weft/weftd.yaml
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-web
else
    apt-get install -y -qq example-web
    systemctl disable --now example-web
fi
