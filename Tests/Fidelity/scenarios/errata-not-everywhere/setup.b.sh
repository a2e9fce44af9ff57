#!/usr/bin/env bash
# This node has no web server and never had a clock; of one, its configuration is left where the family keeps that.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf remove -y --quiet example-{clock,web}
else
    apt-get purge -y -qq example-clock
    apt-get remove -y -qq example-web
fi
