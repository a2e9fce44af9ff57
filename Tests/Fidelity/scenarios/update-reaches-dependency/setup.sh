#!/usr/bin/env bash
# A package with a dependency, both in an older version.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    dnf install -y --quiet example-common-1.1 example-web-1.1
    dnf mark remove --quiet example-common
else
    apt-get install -y -qq example-common=1.1-1 example-web=1.1-1
    apt-mark auto example-common
fi
