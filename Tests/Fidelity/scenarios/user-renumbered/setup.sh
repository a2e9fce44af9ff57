#!/usr/bin/env bash
# A colleague with files outside of the home.
set -euo pipefail
useradd --create-home --uid 1600 dave
mkdir /etc/site
echo 1 >/etc/site/a
chown --recursive dave:dave /etc/site
