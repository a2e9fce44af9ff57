#!/usr/bin/env bash
# Chooses the one that would not be chosen by itself.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    sudo alternatives --set example-pager /usr/bin/example-pager-plain
else
    sudo update-alternatives --set example-pager /usr/bin/example-pager-plain
fi
