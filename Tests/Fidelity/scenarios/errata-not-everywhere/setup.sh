#!/usr/bin/env bash
# Four packages in their first version.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-{clock,common,tools,web}-1.0
    dnf mark remove --quiet example-common
else
    apt-get install -y -qq example-{clock,common,tools,web}=1.0-1
    apt-mark auto example-common
fi
