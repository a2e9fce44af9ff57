#!/usr/bin/env bash
# The updates came, and nothing that was not there.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    installed=$(rpm -qa --queryformat '%{NAME} %{VERSION}\n' 'example-*' | sort)
else
    installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' 'example-*' | sed -n 's/^ii *\(.*\)-1$/\1/p' | sort)
fi
[ "$installed" = $'example-common 2.0\nexample-tools 1.1' ] || {
    echo "installed: $installed"
    exit 1
}
