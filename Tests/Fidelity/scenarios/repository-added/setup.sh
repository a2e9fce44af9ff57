#!/usr/bin/env bash
# No repository is known.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    rm /etc/yum.repos.d/weft.repo
    dnf clean all --quiet
else
    rm /etc/apt/sources.list.d/weft.list
    apt-get update -qq
fi
