#!/usr/bin/env bash
# It was cut off, and nothing of that is left.
set -euo pipefail
[ "$(cat /var/tmp/cut-off)" = 'iF example-web' ]
[ -z "$(dpkg --audit)" ]
if weft status --json | grep -A2 package-unfinished; then exit 1; fi
