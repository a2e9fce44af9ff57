#!/usr/bin/env bash
# Adds a repository and installs from it.
set -euo pipefail
if [ "$FAMILY" = rpm ]; then
    printf '[site]\nname=Packages of this site\nbaseurl=file:///srv/packages\ngpgcheck=0\n' |
        sudo tee /etc/yum.repos.d/site.repo
    sudo dnf install -y --quiet example-tools
else
    echo 'deb [trusted=yes] file:/srv/packages ./' | sudo tee /etc/apt/sources.list.d/site.list
    sudo apt-get update -qq
    sudo apt-get install -y -qq example-tools
fi
