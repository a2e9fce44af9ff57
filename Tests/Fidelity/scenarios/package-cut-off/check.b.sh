#!/usr/bin/env bash
# It was cut off, and nothing of that is left.
set -euo pipefail
cat /var/tmp/cut-off
diff /var/tmp/cut-off - <<'EOF'
iU example-common
iHRexample-web
EOF
[ -z "$(dpkg --audit)" ]
if weft status --json | grep -A2 package-unfinished; then exit 1; fi
